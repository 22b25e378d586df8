import Glibc
import Remote
import Synchronization

/// What other machines say by ICMP about our messages: a closed port is known at once instead of after every try.
extension Worker {
    func readRefusals(_ link: UDPLink) {
        link.takeErrors { peer, code in
            counters.refusals.add(1, ordering: .relaxed)
            refused(peer, code)
        }
    }

    /// Anybody who guesses our port can send such a message, so it counts only for what is being asked of this very
    /// endpoint; and where an agent has answered before, silence to another try must follow, or a second message: it
    /// may only be starting anew.
    private func refused(_ peer: WireAddress, _ code: Int32) {
        let verdict: (RemoteError.Code, String)
        switch code {
        case ECONNREFUSED:
            verdict = (.refused, "refuses: nothing listens on this UDP port; check the port and that the agent runs")
        case EHOSTUNREACH, ENETUNREACH, EACCES:
            verdict = (.unreachable, "cannot be reached, says a router; check the route and the firewalls on the way")
        default: return
        }
        for exchange in underWay where exchange.agent.peer == peer {
            exchange.refusals += 1
            exchange.refusal = "\(exchange.target.endpoint) \(verdict.1)"
            exchange.refusalCode = verdict.0
            if !exchange.agent.hasAnswered || exchange.refusals > 1 { giveUp(exchange) }
        }
    }

    /// After silence to every try, or a refusal.
    func giveUp(_ exchange: Exchange) {
        exchange.agent.isSilent = true
        guard exchange.refusals > 0 else { return fail(exchange, .timeout, exchange.silence) }
        fail(exchange, exchange.refusalCode, exchange.refusal)
    }
}
