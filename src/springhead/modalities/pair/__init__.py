"""Captioned images: an image and its caption as one record."""
