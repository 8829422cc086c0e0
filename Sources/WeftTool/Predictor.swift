internal import Collectives
internal import Measurement
internal import Models
internal import Runtime

/// What this machine's calibration expects of operations.
struct Predictor {
    let model: MachineModel
    let job: BenchJob

    init(_ calibration: StoredCalibration, _ job: BenchJob) {
        model = calibration.model
        self.job = job
    }

    /// The expected figure, out of place, where a cache line takes so long from rank to rank.
    func figure(
        _ entry: BenchJob.Entry,
        exchange: Double? = nil
    ) -> Figure? {
        guard let seconds = seconds(entry, exchange: exchange) else { return nil }
        let time = Estimate(
            median: seconds,
            low: seconds / model.uncertainty,
            high: seconds * model.uncertainty,
            count: 0
        )
        return Figure(
            time.scaled(by: 1e6),
            bytes: entry.bytes,
            busFactor: job.collective.busFactor(ranks: job.ranks)
        )
    }

    private func seconds(_ entry: BenchJob.Entry, exchange: Double? = nil) -> Double? {
        // The model has a core for each endpoint, and switches share those of the ranks.
        guard let schedule = try? job.schedule(entry, inPlace: false), schedule.aggregators == 0
        else { return nil }
        return CostedSchedule(schedule).seconds(on: model.adjusted(toExchange: exchange))
    }
}
