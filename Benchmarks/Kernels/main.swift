// Times the reduction kernels: types, operators and shapes, in buffers that fit into the first
// cache and in ones that fit into none. Prints CSV; `ratio` is to the sum of float, measured in
// turn with it. Arguments: an operator, and an instruction set, by their names.
import CWeft
import Collectives
import Glibc

private func seconds(of body: () -> Void) -> Double {
    var start = timespec()
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    body()
    clock_gettime(CLOCK_MONOTONIC, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
}

private let arguments = Array(CommandLine.arguments.dropFirst())
private let reduction = arguments.lazy.compactMap(ReductionOperator.init(rawValue:)).first ?? .sum
private let isa =
    (0..<UInt32(WEFT_ISA_COUNT)).map(weft_isa.init(rawValue:)).first {
        arguments.contains(String(cString: weft_isa_name($0)))
    } ?? weft_isa_best()

private let most = 64 << 20
private let operands = (0..<5).map { operand in
    let memory = UnsafeMutableRawPointer.allocate(byteCount: most, alignment: 1 << 21)
    var state = UInt64(operand)
    for word in 0..<most / 8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // No pattern is a NaN or infinite in any type, and none a subnormal.
        let bits = state & 0x9F9F_9F9F_9F9F_9F9F | 0x2020_2020_2020_2020
        memory.storeBytes(of: bits, toByteOffset: 8 * word, as: UInt64.self)
    }
    return memory
}

@MainActor
private func kernel(
    _ type: DataType,
    _ reduction: ReductionOperator,
    streaming: Bool
) -> weft_combine_fn? {
    guard let typeIndex = DataType.allCases.firstIndex(of: type),
        let operatorIndex = ReductionOperator.allCases.firstIndex(of: reduction)
    else { return nil }
    let raw = weft_type(rawValue: UInt32(typeIndex))
    return weft_combine_kernel(isa, raw, weft_operator(rawValue: UInt32(operatorIndex)), streaming)
}

/// The least time of one call, of several for each kernel in turn.
@MainActor
private func times(
    _ kernels: [(weft_combine_fn, DataType)],
    _ shape: (Int, Int),
    _ bytes: Int
) -> [Double] {
    var least = kernels.map { _ in Double.infinity }
    let sources = operands.prefix(shape.0).map { UnsafeRawPointer($0) }
    let targets = Array(operands.suffix(shape.1))
    let calls = max(1, (1 << 20) / bytes)
    let inputs = [UInt8](repeating: 1, count: shape.0)
    inputs.withUnsafeBufferPointer { inputs in
        var scalars = weft_scalars(
            ranks: 8,
            is_complete: 1,
            factor: 0x3C00,
            is_input: inputs.baseAddress
        )
        for _ in 0..<(bytes > 1 << 22 ? 7 : 25) {
            for (index, (kernel, type)) in kernels.enumerated() {
                let units = UInt64(bytes / type.size)
                let time = seconds {
                    for _ in 0..<calls {
                        kernel(
                            targets,
                            UInt32(shape.1),
                            sources,
                            UInt32(shape.0),
                            units,
                            &scalars
                        )
                    }
                }
                least[index] = min(least[index], time / Double(calls))
            }
        }
    }
    return least
}

private let types = [DataType.float32] + DataType.allCases.filter { $0 != .float32 }
print("isa,operator,type,sources,targets,streaming,bytes,GB/s,ratio")
for shape in [(1, 1), (2, 1), (2, 2), (3, 1)] {
    for streaming in [false, true] {
        let reference = kernel(.float32, .sum, streaming: streaming).map { ($0, DataType.float32) }
        let kernels = types.compactMap { type in
            kernel(type, reduction, streaming: streaming).map { ($0, type) }
        }
        guard let reference else { continue }
        for bytes in [4 << 10, 16 << 10, 256 << 10, 1 << 20, 16 << 20, 64 << 20] {
            let found = times([reference] + kernels, shape, bytes)
            for (time, (_, type)) in zip(found.dropFirst(), kernels) {
                let names = "\(String(cString: weft_isa_name(isa))),\(reduction.rawValue)"
                let run = "\(type.rawValue),\(shape.0),\(shape.1),\(streaming),\(bytes)"
                // What one operand has; the traffic is that times sources and targets.
                print("\(names),\(run),\(Double(bytes) / time * 1e-9),\(found[0] / time)")
            }
        }
    }
}
