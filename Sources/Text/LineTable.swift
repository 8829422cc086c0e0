/// Where the lines of a text begin; lines end with LF, CR LF or CR.
struct LineTable {
    private let starts: [Int]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var starts = [0]
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte <= 0x0D else { continue }
            let isCarriageReturn =
                byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
            if byte == 0x0A || isCarriageReturn {
                starts.append(index + 1)
            }
        }
        self.starts = starts
    }

    /// The line that holds the byte at `offset`, from 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The column of the byte at `offset` in Unicode scalars, from 1.
    func column(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let start = starts[line(at: offset) - 1]
        var column = 1
        for byte in bytes[start..<offset] where !isUTF8Continuation(byte) {
            column += 1
        }
        return column
    }
}
