import Testing
import Text

@Suite struct JSONAccessorTests {
    private let text = """
        {
          name: 'ring', ranks: 8, big: 1e9, half: 0.5, on: true, none: null,
          links: [
            {rate: 400}, {}, {rate: 'fast', 'a b': [1, {c: 2}]},
          ],
        }
        """

    private func reader() throws -> JSONReader {
        try JSONReader.parse(text, name: "fabric.json5")
    }

    private func refusal<T>(_ body: () throws(TextError) -> T) -> String {
        do throws(TextError) {
            _ = try body()
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func values() throws {
        let reader = try reader()
        #expect(try reader.required("name").string() == "ring")
        #expect(try reader.required("ranks").integer() == 8)
        #expect(try reader.required("ranks").number() == 8)
        #expect(try reader.required("big").integer() == 1_000_000_000)
        #expect(try reader.required("half").number() == 0.5)
        #expect(try reader.required("on").bool())
        #expect(try reader.required("none").isNull)
        #expect(try !reader.required("on").isNull)
        #expect(try reader.optional("missing") == nil)
        let links = try reader.required("links").array()
        #expect(links.count == 3)
        #expect(try links[0].members().map(\.key) == ["rate"])
        #expect(try links[0].members()[0].value.json == 400)
        #expect(links[2].json == ["rate": "fast", "a b": [1, ["c": 2]]])
        #expect(try reader.members().map(\.key).last == "links")
    }

    @Test func escapedKeysAreFound() throws {
        let reader = try JSONReader.parse(#"{'\x61é': 1, \u0062: 2, é: 3}"#, name: "f")
        #expect(try reader.required("aé").integer() == 1)
        #expect(try reader.required("b").integer() == 2)
        #expect(try reader.required("é").integer() == 3)
        #expect(try reader.optional("\\u0062") == nil)
    }

    @Test func places() throws {
        let reader = try reader()
        #expect(reader.line == 1 && reader.column == 1 && reader.path == "")
        let rate = try reader.required("links").array()[2].required("rate")
        #expect(rate.line == 4 && rate.column == 29 && rate.path == "links[2].rate")
        #expect(rate.file == "fabric.json5")
        let deep = try reader.required("links").array()[2].required("a b").array()[1]
        #expect(try deep.required("c").path == #"links[2]["a b"][1].c"#)
        #expect(
            rate.error("must be positive").description
                == "fabric.json5:4:29: links[2].rate: must be positive"
        )
        #expect(reader.error("is empty").description == "fabric.json5:1:1: is empty")
    }

    @Test(arguments: ["\n", "\r", "\r\n"]) func linesOfEveryKind(_ end: String) throws {
        let text = "[\(end)\(end)  'é日', 1,\(end)// é\(end)/*\(end)*/ 2]"
        let elements = try JSONReader.parse(text, name: "f").array()
        #expect(elements.map(\.line) == [3, 3, 6])
        #expect(elements.map(\.column) == [3, 9, 4])
    }

    @Test func mismatches() throws {
        let reader = try reader()
        let rate = try reader.required("links").array()[2].required("rate")
        let half = try reader.required("half")
        #expect(
            refusal(rate.number)
                == "fabric.json5:4:29: links[2].rate: expected a number, found a string"
        )
        #expect(
            refusal(rate.integer)
                == "fabric.json5:4:29: links[2].rate: expected an integer, found a string"
        )
        #expect(refusal(half.integer) == "fabric.json5:2:43: half: expected an integer, found 0.5")
        #expect(refusal(half.string) == "fabric.json5:2:43: half: expected a string, found 0.5")
        #expect(refusal(half.bool) == "fabric.json5:2:43: half: expected true or false, found 0.5")
        #expect(refusal(reader.array) == "fabric.json5:1:1: expected an array, found an object")
        #expect(
            refusal(try reader.required("links").members)
                == "fabric.json5:3:10: links: expected an object, found an array"
        )
        #expect(
            refusal { () throws(TextError) in try reader.required("on").optional("x") }
                == "fabric.json5:2:52: on: expected an object, found true"
        )
        #expect(
            refusal { () throws(TextError) in try reader.required("none").integer() }
                == "fabric.json5:2:64: none: expected an integer, found null"
        )
        #expect(
            refusal { () throws(TextError) in try reader.required("ranks").string() }
                == "fabric.json5:2:24: ranks: expected a string, found 8"
        )
    }

    @Test(arguments: ["1e19", "-1e19", "NaN", "Infinity", "9223372036854775808"])
    func numbersThatAreNoIntegers(_ text: String) throws {
        let reader = try JSONReader.parse(text, name: "f")
        #expect(refusal(reader.integer).hasPrefix("f:1:1: expected an integer, found "))
    }

    @Test func missingKeys() throws {
        let reader = try reader()
        #expect(
            refusal { () throws(TextError) in try reader.required("rank") }
                == "fabric.json5:1:1: the key 'rank' is missing"
        )
        let links = try reader.required("links").array()
        #expect(
            refusal { () throws(TextError) in try links[1].required("rate") }
                == "fabric.json5:4:18: links[1]: the key 'rate' is missing"
        )
    }

    @Test func unknownKeys() throws {
        let reader = try reader()
        let link = try reader.required("links").array()[2]
        try link.allow(only: ["rate", "a b", "more"])
        #expect(
            refusal { () throws(TextError) in try link.allow(only: ["a b", "rates", "more"]) }
                == "fabric.json5:4:23: links[2]: unknown key 'rate'; did you mean 'rates'?"
        )
        #expect(
            refusal { () throws(TextError) in try link.allow(only: ["rate", "latency"]) }
                == "fabric.json5:4:37: links[2]: unknown key 'a b'; "
                + "the known keys are rate, latency"
        )
        #expect(
            refusal { () throws(TextError) in try reader.allow(only: []) }
                == "fabric.json5:2:3: unknown key 'name'; this object takes none"
        )
        #expect(
            refusal { () throws(TextError) in try reader.required("name").allow(only: []) }
                == "fabric.json5:2:9: name: expected an object, found a string"
        )
    }
}
