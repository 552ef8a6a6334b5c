"""Scripts that train what the package ships; nothing here runs on a user's machine."""
