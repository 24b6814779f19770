"""An agency's world as files: policies, sources, rules, regions and letters, read and checked as one."""
