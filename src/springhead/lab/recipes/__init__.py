"""Recipes: functions that return the settings of a run."""
