"""The outside world: which addresses a knowledge base names, what is found there, and what is remembered of it.

This is the only part of kbcheck that uses the network, and only when it is asked to. In the order of a run:

- `check` is the run as the engine sees it, from a knowledge base to verdicts;
- `scope` says which addresses are looked at, `hosts` what the patterns of the settings mean;
- `store` remembers verdicts from one run to the next, `exchange` takes them to another machine;
- `engine` puts together what needs the network. Nothing before this line imports linkchecker or requests;
- `run` gives out the jobs, tries again and does as hosts ask; `schedule` says which address is next, `turns` when its host
  may be asked;
- `checker` is linkchecker's HTTP checker, one address at a time; `fragments` looks for anchors in a page;
- `network` is what lies below: connections to machines that `guard` allows, ended by `watchdog` when they take too long,
  with the `credentials` of their host;
- `judgement` says what an answer means: a `Verdict`, of which the rules speak.
"""
