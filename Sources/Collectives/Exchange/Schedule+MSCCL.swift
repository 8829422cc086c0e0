public import Text

extension Schedule {
    /// Reads an algorithm in MSCCL's XML.
    ///
    /// - The chunks of a vector become chunks. A block is one chunk; where it has several parts,
    ///   each of them becomes a track, and data that leaves its part is refused.
    /// - What an algorithm is for (a size in bytes, a protocol) is read and forgotten.
    /// - The format has no root; it is the caller who knows it.
    ///
    /// A file that says something impossible is refused with its line. Whether it computes its
    /// collective is for `prove()` to say.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - file: its path, or what else to call it in errors.
    ///   - elements: elements of the vector, or of each block where the collective has blocks.
    ///   - elementSize: bytes of an element.
    ///   - root: the root, where the collective has one.
    ///   - inPlace: whether input and output are the same memory; nil for what the file says, out
    ///     of place where it can do both.
    ///   - limits: how large the schedule may be.
    public init(
        msccl bytes: [UInt8],
        file: String,
        elements: Int,
        elementSize: Int,
        root: Int = 0,
        inPlace: Bool? = nil,
        limits: ImportLimits = ImportLimits()
    ) throws(TextError) {
        let element = try XMLElement.parse(bytes, file: file)
        let file = try MSCCLFile(element)
        let isInPlace = inPlace ?? !file.worksOutOfPlace
        guard isInPlace ? file.worksInPlace : file.worksOutOfPlace else {
            let mode = isInPlace ? "in place" : "out of place"
            throw element.error("\(file.name) does not work \(mode)")
        }
        guard (0..<file.ranks).contains(root) else {
            throw element.error("\(file.name) has \(file.ranks) GPUs, no root \(root)")
        }
        guard (0...ImportLimits.elements).contains(elements),
            (1...ImportLimits.elementSize).contains(elementSize)
        else { throw element.error("there can't be \(elements) elements of \(elementSize) bytes") }
        let chunks = file.isVector ? file.chunks : file.ranks
        let scratch = file.gpus.map(\.scratchChunks).max() ?? 0
        var refusal = limits.refusal(
            endpoints: file.ranks,
            ranks: file.ranks,
            chunks: chunks,
            slots: scratch,
            lanes: file.isVector ? 1 : file.chunks,
            elements: elements,
            elementSize: elementSize
        )
        var touches = Product(0)
        for step in file.steps { touches.add(3 * step.count) }
        refusal = refusal ?? limits.refusal(touches: touches, ranks: file.ranks)
        if let refusal { throw element.error(refusal) }
        self.init(
            collective: file.collective,
            algorithm: file.name,
            ranks: file.ranks,
            root: file.collective.hasRoot ? root : 0,
            elements: elements,
            elementSize: elementSize,
            inPlace: isInPlace,
            chunks: chunks,
            tracks: []
        )
        let memory = MSCCLMemory(file, self)
        try memory.refuseOverlaps()
        let order = try MSCCLOrder(file)
        let run = try MSCCLRun(order, memory, budget: 4 * limits.touches)
        var races = MSCCLRaces(order, memory, taken: run.taken, budget: 2 * limits.touches)
        try races.refuse()
        var lanes = try MSCCLLanes(run, memory, limits)
        try lanes.follow()
        (tracks, self.scratch) = try lanes.finish()
    }

    /// Reads an algorithm in MSCCL's XML; see the form that takes bytes.
    public init(
        msccl text: String,
        file: String,
        elements: Int,
        elementSize: Int,
        root: Int = 0,
        inPlace: Bool? = nil,
        limits: ImportLimits = ImportLimits()
    ) throws(TextError) {
        try self.init(
            msccl: Array(text.utf8),
            file: file,
            elements: elements,
            elementSize: elementSize,
            root: root,
            inPlace: inPlace,
            limits: limits
        )
    }
}
