"""What runs beside a reader's program: in the browser, and in the build."""
