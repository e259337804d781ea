"""The conversation engine: threads, posts, official answers, clocks, verdicts, moderation."""
