"""The doors for whoever runs the installation."""
