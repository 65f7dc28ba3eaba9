module

public import PCM.NetworkFastSound
public import PCM.NetworkPacked
public import PCM.Safe
public import PCM.TreeLanesCheck

/-!
# Proof-carrying materials

Statements about what an audit of an interatomic potential found, checkers that decide them, and proofs that the checkers
are right. Read `PCM.Safe` first: `Safe` is what a certificate proves. See `TRUST.md` for what is trusted.
-/
