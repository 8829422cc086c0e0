internal import CommandLine

/// How a command prints what it found: a table, unless `--json` or `--csv` is given.
enum OutputFormat {
    case table
    case json
    case csv

    init(_ invocation: Invocation) throws(UsageError) {
        switch (invocation.flag("json"), invocation.flag("csv")) {
        case (true, true): throw invocation.usageError("--json and --csv exclude each other")
        case (true, false): self = .json
        case (false, true): self = .csv
        case (false, false): self = .table
        }
    }
}
