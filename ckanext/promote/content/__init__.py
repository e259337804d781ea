"""Contents: stories, apps, tools, news. ``description.py`` says what a type is made of."""
