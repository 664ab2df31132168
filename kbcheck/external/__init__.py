"""The outside world: which addresses a knowledge base names, what is found there, and what is remembered of it.

This is the only part of kbcheck that uses the network, and only when it is asked to. The requests are those of the
`linkchecker` library (`checker`), at the pace that `schedule` allows, to the machines that `guard` allows. What comes back
is judged in `judgement`, kept in `store` and handed to the rules as `Verdict`s.
"""
