"""Mails made from events: who owes an answer, and who was answered."""
