"""The engines that the comparison is measured against, each a process of its own, and what they are measured with."""
