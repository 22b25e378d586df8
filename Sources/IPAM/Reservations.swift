public import CMDB

/// A reservation in an inventory.
public struct ReservedRecord: Hashable, Sendable {
    /// How things stand with it.
    public enum State: String, Sendable {
        /// Its last day has not passed, or it has none.
        case holds
        /// Its last day has passed and nothing rests on it: its space is free again.
        case lapsed
        /// Its last day has passed, but something rests on it: an interface, records inside, records that refer to it.
        case overdue
    }

    /// The prefix, range or address.
    public let object: Object
    /// What it says.
    public let reservation: Reservation
    /// How things stand with it.
    public let state: State
}

extension AddressBook {
    /// All prefixes, ranges and addresses of status `reserved`, in order of VRF, kind and address.
    public func reservations() -> [ReservedRecord] {
        spaces.flatMap { space -> [ReservedRecord] in
            func record(_ object: Object, _ reservation: Reservation?) -> ReservedRecord? {
                guard let reservation else { return nil }
                let isOver = reservation.isOver(on: today)
                let state: ReservedRecord.State =
                    isOver ? (space.lapsed.contains(object.id) ? .lapsed : .overdue) : .holds
                return ReservedRecord(object: object, reservation: reservation, state: state)
            }
            return space.networks.filter { $0.field == "prefix" }.compactMap { record($0.object, $0.reservation) }
                + space.ranges.compactMap { record($0.object, $0.reservation) }
                + space.hosts.compactMap { record($0.object, $0.reservation) }
        }
    }
}
