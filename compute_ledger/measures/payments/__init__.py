"""Money by year: schedules that published points allow, sources and uses, cash between two companies."""
