import Foundation
import Testing
import Text

@Suite struct JSONWriterTests {
    struct Case: Sendable {
        let json: JSON
        let text: String
    }

    @Test(arguments: [
        Case(json: nil, text: "null"),
        Case(json: true, text: "true"),
        Case(json: false, text: "false"),
        Case(json: 0, text: "0"),
        Case(json: -17, text: "-17"),
        Case(json: .integer(.max), text: "9223372036854775807"),
        Case(json: .integer(.min), text: "-9223372036854775808"),
        Case(json: 0.1, text: "0.1"),
        Case(json: 5.0, text: "5.0"),
        Case(json: .number(-0.0), text: "-0.0"),
        Case(json: 1e300, text: "1e+300"),
        Case(json: .number(.leastNonzeroMagnitude), text: "5e-324"),
        Case(json: .number(.nan), text: "null"),
        Case(json: .number(-.infinity), text: "null"),
        Case(json: "", text: "\"\""),
        Case(json: "a\"b\\c/d", text: #""a\"b\\c/d""#),
        Case(json: "\u{08}\t\n\u{0C}\r", text: #""\b\t\n\f\r""#),
        Case(json: "\0\u{0B}\u{1F}\u{7F}", text: "\"\\u0000\\u000b\\u001f\u{7F}\""),
        Case(json: "é日🚀\u{2028}", text: "\"é日🚀\u{2028}\""),
        Case(json: "\(1 + 1) ranks", text: "\"2 ranks\""),
        Case(json: [], text: "[]"),
        Case(json: [:], text: "{}"),
        Case(json: [1, "a", nil, [true]], text: #"[1,"a",null,[true]]"#),
        Case(json: ["b": 1, "a": [:], "c": []], text: #"{"b":1,"a":{},"c":[]}"#),
        Case(json: ["k\n": 1], text: #"{"k\n":1}"#),
        Case(json: ["a": 1, "b": 2, "a": 3], text: #"{"a":3,"b":2}"#),
    ])
    func writesStrictJSON(_ example: Case) {
        #expect(example.json.serialized() == example.text)
    }

    @Test func writesPretty() {
        let long = JSON.array((0..<30).map { .integer(1_000 + $0) })
        let json: JSON = [
            "name": "ring", "empty": [], "none": [:], "short": [1, 2.5, nil, "x"],
            "nested": [[1, 2], ["a": 1]], "object": ["x": true], "long": long,
        ]
        let numbers = (0..<30).map { "    \(1_000 + $0)" }.joined(separator: ",\n")
        #expect(
            json.serialized(pretty: true) == """
                {
                  "name": "ring",
                  "empty": [],
                  "none": {},
                  "short": [1, 2.5, null, "x"],
                  "nested": [
                    [1, 2],
                    {
                      "a": 1
                    }
                  ],
                  "object": {
                    "x": true
                  },
                  "long": [
                \(numbers)
                  ]
                }
                """
        )
        #expect(JSON.integer(1).serialized(pretty: true) == "1")
        #expect(JSON.array([]).serialized(pretty: true) == "[]")
    }

    @Test func oneLineIsAtMostEightyBytesLong() {
        for length in 60...90 {
            let text = JSON.array([.string(String(repeating: "x", count: length))])
            let lines = text.serialized(pretty: true).split(separator: "\n")
            #expect((lines.count == 1) == (length + 4 <= 80))
        }
    }

    @Test func foundationReadsIt() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let json = JSON.array([random.json(depth: 4)])
            for pretty in [false, true] {
                let data = Data(json.serialized(pretty: pretty).utf8)
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: data) }
            }
        }
    }

    @Test func objectsKeepOrder() {
        var object: JSONObject = ["z": 1, "a": 2]
        object["m"] = 3
        object["z"] = 4
        #expect(object.map(\.key) == ["z", "a", "m"])
        #expect(object["z"] == 4)
        object["a"] = nil
        object["none"] = nil
        #expect(object.map(\.key) == ["z", "m"])
        #expect(object["a"] == nil)
        #expect(object.count == 2 && object[1].value == 3)
        #expect(JSONObject([("a", 1), ("b", 2)]) == ["a": 1, "b": 2])
        #expect(JSONObject([("a", 1), ("b", 2)]) != ["b": 2, "a": 1])
        #expect(JSON.object(["a": 1]) != ["a": 1.0])
        #expect(Set<JSON>([["a": 1], ["a": 1], ["b": 1]]).count == 2)
    }

    @Test func largeObjectsFindTheirKeys() {
        var object = JSONObject()
        object.reserveCapacity(5_000)
        for number in 0..<5_000 {
            object["key\(number)"] = .integer(Int64(number))
        }
        for number in 0..<5_000 {
            #expect(object["key\(number)"] == .integer(Int64(number)))
        }
        object["key7"] = nil
        #expect(object["key7"] == nil && object["key8"] == 8 && object.count == 4_999)
        object["key7"] = "back"
        #expect(object.last?.value == "back" && object["key7"] == "back")
    }
}
