"""What a run says, one module an output format: `text` for people, `json` for programs, both from one `Report`."""
