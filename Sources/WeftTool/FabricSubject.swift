internal import CommandLine
internal import Fabrics
internal import Text

/// The network that a command is about: tiers, a simulator's dimensions, or links one by one.
enum FabricSubject {
    case tiers(Fabric)
    case dimensions(ASTRANetwork)
    case links(Wiring)

    /// What the argument `fabric` names: a fabric of the catalogue, or a file in any form.
    init(_ invocation: Invocation) throws {
        try self.init(invocation.argument("fabric"), invocation)
    }

    /// A fabric of the catalogue, or a file in any form, with a slash or a point in its name.
    init(_ name: String, _ invocation: Invocation) throws {
        guard name.contains("/") || name.contains(".") else {
            do {
                self = .tiers(try Catalogue.named(name))
            } catch {
                throw invocation.usageError("\(error)")
            }
            return
        }
        let bytes = try TextFile.read(name)
        let isJSON = name.hasSuffix(".json5") || name.hasSuffix(".json")
        switch isJSON ? .json5 : WiringFormat.of(bytes) {
        case .astra?:
            self = .dimensions(
                try ASTRANetwork(parsing: String(decoding: bytes, as: UTF8.self), name: name)
            )
        case .json5?:
            let reader = try JSONReader.parse(bytes, name: name)
            self =
                try reader.optional("devices") == nil
                ? .tiers(Fabric(reading: reader))
                : .links(Wiring.reading(bytes, name: name, as: .json5))
        default: self = .links(try Wiring.reading(bytes, name: name))
        }
    }

    /// All of it, link by link.
    func wiring() throws -> Wiring {
        switch self {
        case .tiers(let fabric): try Wiring(expanding: fabric)
        case .dimensions(let network): try network.wiring()
        case .links(let wiring): wiring
        }
    }
}

extension FabricSubject {
    /// The fabric of tiers that a name stands for; commands that need tiers refuse anything else.
    static func fabric(_ name: String, _ invocation: Invocation) throws -> Fabric {
        switch try FabricSubject(name, invocation) {
        case .tiers(let fabric): return fabric
        case .dimensions, .links:
            let command = invocation.path.joined(separator: " ")
            throw TextError(
                file: name,
                message: "this is a network link by link, and 'weft \(command)' needs tiers "
                    + "(docs/FABRICS.md); 'weft fabric show' and 'route' take it"
            )
        }
    }
}
