"""The exercises of the lessons: each can be checked, hinted at and solved."""
