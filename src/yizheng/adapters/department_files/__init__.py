"""Files that go to departments and come back, in the departments' words."""
