"""What `kbcheck init` finds in a repository, and the files that it makes of it: settings, hook, workflow.

Nothing here asks or writes: the command does. Every file that is there keeps what stands in it; a change is the whole new
text, or there is none.
"""
