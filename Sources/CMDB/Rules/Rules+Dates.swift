import Notation

extension Rules {
    /// What comes first is not later than what comes after it.
    private static let order: [(kind: Kind, first: String, last: String, isError: Bool)] = [
        (.contract, "starts", "expires", true),
        (.licence, "starts", "expires", true),
        (.certificate, "not_before", "not_after", true),
        (.credential, "rotated", "expires", true),
        (.document, "issued", "expires", true),
        (.document, "issued", "last_review", false),
        (.circuit, "install_date", "termination_date", true),
        (.software, "release_date", "end_of_sale", true),
        (.software, "release_date", "eol_date", true),
        // Makers have ended support before the last sale, but it is rarely what was meant.
        (.software, "end_of_sale", "eol_date", false),
        (.deviceType, "end_of_sale", "eol_date", false),
        (.device, "in_service_at", "warranty_until", false),
        (.ups, "in_service_at", "last_maintenance", false),
        (.generator, "in_service_at", "last_maintenance", false),
        (.coolingUnit, "in_service_at", "last_maintenance", false),
    ]

    /// Dates of one record are in order; equal days are.
    func checkDates() {
        for pair in Self.order {
            for item in union.loadedItems(pair.kind) {
                // ISO dates sort as their text does.
                guard let first = item.object.text(pair.first), let last = item.object.text(pair.last), first > last
                else { continue }
                let problem = "\(pair.last) \(last) is before \(pair.first) \(first)"
                let place = union.place(item, pair.last)
                if pair.isError {
                    report.error(place, Subject(item.id), problem, "correct one of the two")
                } else {
                    report.warning(place, Subject(item.id), problem, "check both dates")
                }
            }
        }
    }
}
