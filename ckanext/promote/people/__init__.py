"""People: who holds which role where. Decides for our types and actions; changes no membership."""
