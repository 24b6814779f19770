"""Where the liveness check draws its lines, and how each was found. Changing one asks for new figures.

Angles in degrees, times in milliseconds, shares of the face's own size where nothing else is said. The figures are in
`docs/reference/liveness-figures.md`.
"""

TURN_DEG = 20.0
"""A turn counts from this far off the person's own straight look."""
TURN_FAR_DEG = 50.0
"""Further than this the net sees half a face and measures nothing well; the hint is to turn back a little."""
FLAT_RESIDUAL = 0.028
"""A turned head fits a flat picture of itself no better than this (root mean square, of the face's size)."""
ROLLED_RESIDUAL = 0.015
"""Nor does it fit a picture on a sheet that is bent in one direction, however strongly."""
FRONTAL_DEG = 12.0
"""Nearer than this to the person's own straight look a frame is a frontal one."""
BLINK_SHARE = 0.60
"""An eye is shut under this share of how far it is open as a rule (median of its frontal frames)."""
BLINK_MS = (80, 500)
"""A blink lasts so long. At five frames a second a short one shows in one frame only, so one low frame is enough."""
BLINK_NEAR_MS = 600
"""Open eyes must be seen this near before and after: shut eyes that stay shut are not a blink."""
MOUTH_OPEN = 0.35
"""Lips apart, over the mouth's width: from here on a mouth is open."""
MOUTH_RISE = 0.12
"""And so much more than the mouth is open as a rule (people who breathe through it, people who smile)."""
NOD_DEG = 10.0
"""A nod lowers (or lifts) the head by so much, and brings it back by half."""
CLOSER = 1.2
"""The face grows by this factor when somebody comes closer."""
QUICK_MS = 250
"""Nobody sees a sentence and begins to move before this."""
SAME_FACE = 0.55
"""Cosine of a template to the mean of those at rest: below, it is not the same face (the packaged engine's templates)."""
SAME_GROUPS = 0.50
"""Cosine of the means of the two groups that a capture's frames at rest fall into: below, they are two people's."""
GROUP_FRAMES = 2
"""A group has so many frames at least: one blurred frame is nobody."""
SAME_FACE_MOVING = 0.30
"""The same for turned, blinking and speaking faces, whose templates are poorer."""
EYES_AT_REST = 0.75
"""Eyes open by at least this share of usual are at rest."""
JUMP = 0.9
"""A face does not move by this share of its width from one frame to the next within `JUMP_MS`."""
JUMP_MS = 450
LOST_FRAMES = 4
"""So many frames in a row without a face break the track."""
STEP_FRAMES = 4
"""A step is not judged on fewer frames."""
OTHER_ACTIONS = 3
"""So many big movements that nobody asked for are looked at by a person; one or two are what people do."""
REGULAR_MS = 0.75
"""Times of a camera scatter more than this (standard deviation of the gaps), unless nothing takes pictures at all."""
REGULAR_FRAMES = 12
FROZEN_SHARE = 0.5
"""More frames than this share equal to the one before: the picture stands still."""
PASSIVE_LEAST = 0.5
"""A passive model's median under this raises a doubt. Calibrate with the operator's own weights."""
