"""What the commands do and print, one module for commands that need the same imports."""
