"""What other rooms and the flows ask of the calendar. Pure functions of an agency's `WorkCalendar`."""

from yizheng.rooms.calendar import festivals, rules

opens = rules.opens
working_days = rules.working_days
next_working_day = rules.next_working_day
due = rules.due
before = rules.before
holds_spring_festival = festivals.holds_spring_festival
