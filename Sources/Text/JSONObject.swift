/// The members of a JSON object in the order in which they were inserted.
///
/// Two objects are equal only when their members are equal in the same order.
public struct JSONObject: Sendable {
    /// Above this many members a key is found by hash: below it a scan is as fast and needs no
    /// second store.
    private static let scanLimit = 16

    private var members: [(key: String, value: JSON)] = []
    /// Where each key is; kept only above `scanLimit` members.
    private var places: [String: Int]?

    /// Makes an empty object.
    public init() {}

    /// Makes an object from members in order; the last value of a repeated key stays.
    public init(_ members: some Sequence<(String, JSON)>) {
        for (key, value) in members {
            self[key] = value
        }
    }

    /// The value of a key; setting a new key appends it, setting nil removes the member.
    public subscript(key: String) -> JSON? {
        get {
            place(of: key).map { members[$0].value }
        }
        set {
            let place = place(of: key)
            if let newValue {
                if let place {
                    members[place].value = newValue
                } else {
                    append(key, newValue)
                }
            } else if let place {
                members.remove(at: place)
                places = nil
                indexIfLarge()
            }
        }
    }

    /// Makes room for `count` members.
    public mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }

    /// Appends a member whose key the caller knows to be new.
    mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if places != nil {
            places?[key] = members.count - 1
        } else {
            indexIfLarge()
        }
    }

    private func place(of key: String) -> Int? {
        if let places {
            return places[key]
        }
        return members.firstIndex { $0.key == key }
    }

    private mutating func indexIfLarge() {
        guard members.count > Self.scanLimit else { return }
        var places = [String: Int](minimumCapacity: 2 * members.count)
        for (place, member) in members.enumerated() {
            places[member.key] = place
        }
        self.places = places
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { 0 }

    /// The position after the last member.
    public var endIndex: Int { members.count }

    /// The member at a position.
    public subscript(position: Int) -> (key: String, value: JSON) {
        members[position]
    }
}

extension JSONObject: Hashable {
    /// Whether both have equal members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
    }

    /// Hashes the members in order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for member in members {
            hasher.combine(member.key)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object in the order written; the last value of a repeated key stays.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements)
    }
}
