import CLibSSH
import Glibc

/// epoll(7) with a number per descriptor: cost grows with what happens, not with how many sessions lie idle.
final class Poller {
    /// What has happened to one watched descriptor.
    struct Event {
        let token: UInt64
        let isReadable: Bool
    }

    private let descriptor: Int32
    private var watched: [UInt64: (descriptor: Int32, interest: Int16)] = [:]
    private var buffer = [epoll_event](repeating: epoll_event(), count: 128)

    /// Nil when there are no descriptors left.
    init?() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Watches `file` for `interest` (`POLLIN`, `POLLOUT`) from now on, instead of what `token` stood for before.
    ///
    /// A descriptor that its owner has closed is out of the kernel's set already; -1 says so.
    func watch(_ token: UInt64, _ file: Int32, _ interest: Int16) {
        if let known = watched[token] {
            if known == (file, interest) { return }
            if known.descriptor != file { forget(token, isOpen: false) }
        }
        guard file >= 0 else { return }
        // POLLIN and EPOLLIN have the same values on Linux (poll(2), epoll_ctl(2)).
        var event = epoll_event(events: UInt32(interest), data: epoll_data_t(u64: token))
        let isKnown = watched[token] != nil
        guard epoll_ctl(descriptor, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, file, &event) == 0 else { return }
        watched[token] = (file, interest)
    }

    /// Watches it no more; `isOpen` says whether the descriptor is still the one that was given.
    func forget(_ token: UInt64, isOpen: Bool) {
        guard let known = watched.removeValue(forKey: token), isOpen else { return }
        var unused = epoll_event()
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, known.descriptor, &unused)
    }

    /// Waits for events, at most `milliseconds`, for ever when negative.
    func wait(_ milliseconds: Int32) -> [Event] {
        let count = epoll_wait(descriptor, &buffer, Int32(buffer.count), milliseconds)
        // EINTR and the impossible alike: look at the clock and come back.
        guard count > 0 else { return [] }
        return buffer.prefix(Int(count)).map {
            Event(token: $0.data.u64, isReadable: $0.events & ~UInt32(POLLOUT) != 0)
        }
    }
}
