"""What the shop holds: frozen dataclasses. A change is a new record in place of the old one."""
