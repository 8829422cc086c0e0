import Drawing
import Text

/// Where things stand in a drawing, read from its text.
struct SVGPage {
    struct Label {
        let text: String
        let left: Double
        let right: Double
        let top: Double
        let bottom: Double

        func overlaps(_ other: Label) -> Bool {
            // What only touches is told apart well enough.
            let slack = 0.5
            return left + slack < other.right && other.left + slack < right
                && top + slack < other.bottom && other.top + slack < bottom
        }
    }

    let width: Double
    let height: Double
    private(set) var title = ""
    private(set) var description = ""
    private(set) var labels: [Label] = []
    /// What does not lie inside.
    private(set) var outside: [String] = []

    init(_ svg: String) throws {
        let root = try XMLElement.parse(svg, file: "picture")
        let box = try root.required("viewBox").value.split(separator: " ").compactMap {
            Double($0)
        }
        guard box.count == 4 else { throw root.error("the view box has four numbers") }
        (width, height) = (box[2], box[3])
        for child in root.children { try add(child) }
    }

    /// Pairs of labels that cover each other.
    var overlaps: [String] {
        let sorted = labels.sorted { $0.top < $1.top }
        var found: [String] = []
        for (place, label) in sorted.enumerated() {
            for other in sorted[(place + 1)...] {
                if other.top >= label.bottom { break }
                if label.overlaps(other) { found.append("\(label.text) / \(other.text)") }
            }
        }
        return found
    }

    private mutating func add(_ element: XMLElement) throws {
        func number(_ name: String) throws -> Double {
            guard let value = Double(try element.required(name).value) else {
                throw element.error("'\(name)' is no number")
            }
            return value
        }
        switch element.name {
        case "title": title = element.text
        case "desc": description = element.text
        case "style": break
        case "g":
            for child in element.children where child.name != "title" { try add(child) }
        case "rect":
            let (x, y) = (try number("x"), try number("y"))
            check(x, y, "rect")
            check(x + (try number("width")), y + (try number("height")), "rect")
        case "path":
            let text = try element.required("d").value
            let numbers = text.split { "MLQ z".contains($0) }.compactMap { Double($0) }
            guard numbers.count.isMultiple(of: 2) else {
                throw element.error("a coordinate is missing in '\(text)'")
            }
            for place in stride(from: 0, to: numbers.count, by: 2) {
                check(numbers[place], numbers[place + 1], "path")
            }
        case "text":
            let size = try size(of: element)
            let (x, y) = (try number("x"), try number("y"))
            let width = Schematic.width(of: element.text, size: size)
            let isMiddle = element.optional("text-anchor")?.value == "middle"
            let left = isMiddle ? x - width / 2 : x
            let label = Label(
                text: element.text,
                left: left,
                right: left + width,
                top: y - 0.78 * size,
                bottom: y + 0.22 * size
            )
            check(label.left, label.top, label.text)
            check(label.right, label.bottom, label.text)
            labels.append(label)
        default: throw element.error("nothing is known of <\(element.name)>")
        }
    }

    private mutating func check(_ x: Double, _ y: Double, _ what: String) {
        if x < 0 || y < 0 || x > width || y > height { outside.append("\(what) \(x) \(y)") }
    }

    /// What its style says, or else its class.
    private func size(of element: XMLElement) throws -> Double {
        if let style = element.optional("style")?.value {
            let text = style.drop { $0 != ":" }.dropFirst().prefix { "0123456789.".contains($0) }
            if let size = Double(text) { return size }
        }
        return switch try element.required("class").value {
        case "d-title": 17
        case "d-subtitle": 13
        default: 12
        }
    }
}
