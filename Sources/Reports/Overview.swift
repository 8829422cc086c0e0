internal import Measurement

/// Records side by side: their rows in lines that belong together, under names that differ.
struct Overview {
    /// What tells one line in a chart from another.
    struct Key: Hashable {
        let record: Int
        let collective: String
        let algorithm: String
        let transport: String
        let ranks: Int
        let type: String
        let operation: String
    }

    /// The rows of one key by size; its place among all lines is its colour.
    struct Line {
        let name: String
        fileprivate(set) var rows: [Row]
    }

    /// What of a key differs from line to line, so that it has to be said.
    enum Facet: CaseIterable {
        case run
        case collective
        case transport
        case ranks
        case type
        case operation

        var title: String {
            switch self {
            case .run: "Run"
            case .collective: "Collective"
            case .transport: "Transport"
            case .ranks: "Ranks"
            case .type: "Type"
            case .operation: "Operation"
            }
        }
    }

    let records: [Record]
    /// A name for each record; no two are the same.
    let labels: [String]
    /// What differs.
    let facets: [Facet]
    let lines: [Line]

    /// All rows, record by record.
    var rows: [Row] { records.flatMap(\.rows) }

    init(_ records: [Record]) {
        self.records = records
        labels = Self.labels(records)
        var places: [Key: Int] = [:]
        var found: [(key: Key, rows: [Row])] = []
        for (index, record) in records.enumerated() {
            for row in record.rows {
                let key = Key(row, record: index)
                if let place = places[key] {
                    found[place].rows.append(row)
                } else {
                    places[key] = found.count
                    found.append((key, [row]))
                }
            }
        }
        let labels = labels
        facets = Facet.allCases.filter { facet in
            Set(found.map { Self.text(of: facet, $0.key, labels) }).count > 1
        }
        let shown = facets
        lines = found.map { key, rows in
            let parts = shown.map { Self.text(of: $0, key, labels) }
            let name = ([key.algorithm] + parts).joined(separator: " · ")
            return Line(name: name, rows: Self.sorted(rows))
        }
    }

    /// What a row is called where one row of many is meant.
    func name(_ row: Row, record: Int) -> String {
        let key = Key(row, record: record)
        return ([row.algorithm] + facets.map { Self.text(of: $0, key, labels) })
            .joined(separator: " · ")
    }

    /// What a row is in one respect.
    func text(of facet: Facet, _ row: Row, record: Int) -> String {
        Self.text(of: facet, Key(row, record: record), labels)
    }

    private static func text(of facet: Facet, _ key: Key, _ labels: [String]) -> String {
        switch facet {
        case .run: labels[key.record]
        case .collective: key.collective
        case .transport: key.transport
        case .ranks: key.ranks == 1 ? "1 rank" : "\(key.ranks) ranks"
        case .type: key.type
        case .operation: key.operation
        }
    }

    /// Rows by size, those of the same size in the order in which they came.
    private static func sorted(_ rows: [Row]) -> [Row] {
        rows.enumerated().sorted { ($0.element.bytes, $0.offset) < ($1.element.bytes, $1.offset) }
            .map(\.element)
    }

    /// The hosts where these differ, else the dates too, else a number as well.
    private static func labels(_ records: [Record]) -> [String] {
        let hosts = records.map(\.machine.host)
        if Set(hosts).count == hosts.count { return hosts }
        let dates = records.map { proseDate($0.date) }
        let isOneHost = Set(hosts).count == 1
        let labels = zip(hosts, dates).map { isOneHost ? $1 : "\($0), \($1)" }
        if Set(labels).count == labels.count { return labels }
        return labels.enumerated().map { "\($1) (\($0 + 1))" }
    }
}

extension Overview.Key {
    fileprivate init(_ row: Row, record: Int) {
        self.record = record
        collective = row.collective
        algorithm = row.algorithm
        transport = row.transport
        ranks = row.ranks
        type = row.type
        operation = row.operation
    }
}
