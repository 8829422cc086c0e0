internal import Text

/// Numbers the chunks that the GPUs of an MSCCL file have, and says which of weft's they are.
///
/// Where input and output are the same memory, their chunks have the same numbers.
struct MSCCLMemory {
    let file: MSCCLFile
    /// Parts of a block, or 1 where the data is a vector.
    let parts: Int
    /// Chunks of weft's: those of a vector, or one for each block.
    let chunks: Int
    /// The schedule without its tracks.
    let schedule: Schedule
    private let cells: CellMap
    private let starts: [Int]

    init(_ file: MSCCLFile, _ schedule: Schedule) {
        self.file = file
        self.schedule = schedule
        parts = file.isVector ? 1 : file.chunks
        chunks = schedule.chunks
        cells = CellMap(schedule)
        var starts = [0]
        for gpu in file.gpus {
            starts.append(starts[starts.count - 1] + 2 * chunks * parts + gpu.scratchChunks)
        }
        self.starts = starts
    }

    /// The chunk of weft's that a chunk of an input or output is, and which part of it.
    func chunk(_ buffer: Buffer, _ offset: Int, gpu: Int) -> (chunk: Int, part: Int) {
        switch schedule.collective.layout(of: buffer) {
        case .vector: (offset, 0)
        case .block: (gpu, offset)
        case .blocks: (offset / parts, offset % parts)
        }
    }

    /// The numbers of neighbouring chunks.
    func cells(of area: MSCCLFile.Area, gpu: Int, count: Int) -> [Int] {
        (area.offset..<(area.offset + count)).map { cell(area.buffer, $0, gpu: gpu) }
    }

    private func cell(_ buffer: Buffer, _ offset: Int, gpu: Int) -> Int {
        if buffer == .scratch { return starts[gpu] + 2 * chunks * parts + offset }
        let (chunk, part) = chunk(buffer, offset, gpu: gpu)
        let isSecond = buffer == .output && !schedule.inPlace
        return starts[gpu] + ((isSecond ? chunks : 0) + chunk) * parts + part
    }

    /// Whether two places are the same memory.
    func areSame(_ left: MSCCLRun.Location, _ right: MSCCLRun.Location) -> Bool {
        left.gpu == right.gpu
            && cell(left.area.buffer, left.area.offset, gpu: left.gpu)
                == cell(right.area.buffer, right.area.offset, gpu: right.gpu)
    }

    /// Whether a rank's output has a chunk: in place, other memory may be written as well.
    func isOutput(_ chunk: Int, gpu: Int) -> Bool { cells.outputChunks(of: gpu).contains(chunk) }

    /// Refuses a step whose source and target overlap: nobody says which is read first.
    func refuseOverlaps() throws(TextError) {
        for step in file.steps where step.kind.readsSource && step.kind.writesTarget {
            let source = cells(of: step.source, gpu: step.gpu, count: step.count)
            let target = cells(of: step.target, gpu: step.gpu, count: step.count)
            if source != target, !Set(source).isDisjoint(with: target) {
                throw step.element.error("the source and the target of this step overlap")
            }
        }
    }
}
