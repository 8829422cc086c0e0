/// How processes tell each other things before they have a communicator, or outside of it.
protocol Exchange: AnyObject {
    /// Which of them this one is.
    var rank: Int { get }
    /// How many there are.
    var ranks: Int { get }

    /// Hands what each has to all, by rank; everybody calls it, as often.
    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]]
}

extension Exchange {
    /// The same where making it may fail: then all fail, with the words of the first rank for
    /// which it did.
    func allGather(
        _ make: () throws(RuntimeError) -> [UInt8]
    ) throws(RuntimeError) -> [[UInt8]] {
        var packer = Packer()
        do throws(RuntimeError) {
            let bytes = try make()
            packer.add(true)
            packer.add(bytes)
        } catch {
            packer.add(false)
            packer.add(Array("\(error)".utf8))
        }
        var result: [[UInt8]] = []
        for (other, bytes) in try allGather(packer.bytes).enumerated() {
            var reader = Unpacker(bytes)
            let isGood = try reader.bool()
            let data = try reader.data()
            if !isGood {
                let words = String(decoding: data, as: UTF8.self)
                throw RuntimeError(other == rank ? words : "rank \(other): \(words)")
            }
            result.append(data)
        }
        return result
    }
}
