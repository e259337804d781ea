"""The pages of conversations: on datasets, contents and institutions, and for moderators."""
