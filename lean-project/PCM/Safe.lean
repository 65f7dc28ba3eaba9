module

public import PCM.Nested
public import PCM.Observed
public import PCM.Excluded
public import PCM.Coverage
public import PCM.Confidence

/-!
# `safe`: what a certificate claims, as one statement

A certificate is data: the envelopes of all rounds, the observations, and the claim. `Safe` says what the data show; a
certificate's last theorem, `safe`, proves it. Nothing here is about crystals that were not observed, except through
`Confidence`, and that only as far as the validation structures are independent draws from the population of interest.
-/

@[expose] public noncomputable section

namespace PCM

/-- What the user wants certified. -/
structure Claim where
  /-- Scaled error above which a prediction fails. -/
  threshold : Nat
  /-- Failing search observations tolerated inside the envelope. -/
  violations : Nat
  /-- Claimed upper bound on the failure rate inside the envelope. -/
  failureRate : Fraction
  /-- Significance of that bound. -/
  significance : Fraction
  /-- Passing search observations inside the envelope, at least. -/
  minimumInside : Nat
  /-- Into how many slabs every feature's range is cut. -/
  slabs : Nat
  /-- Passing search observations per slab, at least. -/
  minimumPerSlab : Nat

/-- Everything a certificate's statement is about. -/
structure Certificate where
  /-- Number of features. -/
  features : Nat
  /-- The claim. -/
  claim : Claim
  /-- Range of the search observations, before the first round. -/
  initial : Box
  /-- The envelope after each round. -/
  rounds : List Box
  /-- Observations that shaped the envelope. -/
  search : List Table
  /-- Observations that did not. -/
  validation : List Table

/-- The certified envelope: the one after the last round. -/
def Certificate.envelope (c : Certificate) : Box := c.rounds.getLastD c.initial

/-- The envelope was only ever tightened; all but the tolerated number of search observations inside it are predicted
within the threshold; the counterexamples are known, and lie outside by the feature they name; passing observations
reach all of it; and the validation observations support the claimed failure rate. -/
structure Safe (c : Certificate) : Prop where
  /-- Every round lies inside the one before. -/
  nested : Nested c.features (c.initial :: c.rounds)
  /-- Every observation has one value per feature. -/
  complete : ∀ o ∈ observations c.search, o.features.length = c.envelope.length
  /-- Inside the envelope, at most the tolerated number of search observations fail. -/
  observed :
    count (fun o => o.Inside c.envelope ∧ o.Fails c.claim.threshold) (observations c.search) ≤ c.claim.violations
  /-- The counterexamples are known and lie outside. -/
  excluded : Excluded c.envelope c.claim.threshold c.claim.violations c.search
  /-- The envelope was looked at everywhere. -/
  coverage :
    Coverage c.envelope c.claim.threshold c.claim.minimumInside c.claim.slabs c.claim.minimumPerSlab c.search
  /-- The failure rate is bounded. -/
  confidence :
    Confidence c.envelope c.claim.threshold c.claim.failureRate c.claim.significance c.validation

/-- Violations of all search tables together. -/
def Certificate.violations (c : Certificate) : Nat :=
  sumOver c.search (Observed.violations c.envelope c.claim.threshold)

/-- The checker behind `Safe.of_check`. It evaluates everything anew and does not rest on the other theorems of a
certificate, so that it fails where one of them does. -/
def Safe.check (c : Certificate) : Bool :=
  Nested.check c.features (c.initial :: c.rounds) &&
    Nat.ble c.violations c.claim.violations &&
    Excluded.check c.envelope c.claim.threshold c.claim.violations c.search &&
    Coverage.check c.envelope c.claim.threshold c.claim.minimumInside c.claim.slabs c.claim.minimumPerSlab c.search &&
    Confidence.check c.envelope c.claim.threshold c.claim.failureRate c.claim.significance c.validation

/-- What the checker accepts is safe. -/
theorem Safe.of_check {c : Certificate} (h : Safe.check c = true) : Safe c := by
  simp only [Safe.check, Bool.and_eq_true] at h
  have ready : ∀ t ∈ c.search, t.Ready c.envelope c.claim.threshold := by
    have := h.1.2
    simp only [Coverage.check, Bool.and_eq_true] at this
    exact fun t ht => Table.ready_sound (List.all_eq_true.mp this.1.1 t ht)
  refine ⟨Nested.of_check h.1.1.1.1, ?_, ?_, Excluded.of_check h.1.1.2, Coverage.of_check h.1.2, Confidence.of_check h.2⟩
  · intro o ho
    obtain ⟨t, ht, ho⟩ := List.mem_flatMap.mp ho
    exact Observed.length_eq (ready t ht) o ho
  · rw [← sumOver_eq_count fun t ht b hb => Observed.violations_eq (ready t ht) hb]
    exact Nat.le_of_ble_eq_true h.1.1.1.2

end PCM
