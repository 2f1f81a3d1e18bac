"""The playgrounds of the lessons: ipywidgets, thin over the tested functions of the course."""
