module

public import PCM.Nested
public import PCM.Observed
public import PCM.Excluded
public import PCM.Coverage
public import PCM.Bootstrap
public import PCM.Confidence
public import PCM.Conformal
public import PCM.Physics
public import PCM.Risk

/-!
# `safe`: what a certificate claims, as one statement

A certificate is data: the envelopes of all rounds, the observations, and the claim. `Safe` says what the data show; a
certificate's last theorem, `safe`, proves it. Nothing here is about crystals that were not observed, with three
exceptions, each with its own reservation. `confidence` and `conformal` are, as far as the validation structures are
independent (or exchangeable) draws from the population of interest; and `universal` speaks of all feature vectors in
the envelope, but about the risk model's score and not about the potential.

A certificate proves each part as a theorem of its own, and `safe` joins these. Note that Lean goes on after a theorem
whose proof it rejected, and accepts others that use it: `safe` counts only in a file without any error.
-/

@[expose] public noncomputable section

namespace PCM

/-- A bound on the error of all but a share of the structures. -/
structure ConformalClaim where
  /-- The share of structures whose error may be above the bound. -/
  miscoverage : Fraction
  /-- The scaled bound. -/
  bound : Nat

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
  /-- Two-sided level of the bootstrap intervals of the envelope's bounds. -/
  confidence : Fraction
  /-- Passing search observations inside the envelope, at least. -/
  minimumInside : Nat
  /-- Into how many slabs every feature's range is cut. -/
  slabs : Nat
  /-- Passing search observations per slab, at least. -/
  minimumPerSlab : Nat
  /-- A bound on the error, if one is claimed. -/
  conformal : Option ConformalClaim
  /-- A bound on the score of a risk model, if one is claimed. -/
  risk : Option RiskClaim

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
  /-- Bootstrap replicates of the envelope's bounds; empty if no intervals are reported. -/
  replicates : List Replicates
  /-- What the probes of physical laws found; empty if there were none. -/
  residuals : Residuals

/-- The certified envelope: the one after the last round. -/
def Certificate.envelope (c : Certificate) : Box := c.rounds.getLastD c.initial

/-- Every observation has one value per feature, and at most `allowed` of them lie inside the envelope and fail:
`Observed`, of several tables together. -/
def ObservedAll (envelope : Box) (threshold allowed : Nat) (tables : List Table) : Prop :=
  (∀ o ∈ observations tables, o.features.length = envelope.length) ∧
    count (fun o => o.Inside envelope ∧ o.Fails threshold) (observations tables) ≤ allowed

/-- The envelope was only ever tightened; all but the tolerated number of search observations inside it are predicted
within the threshold; the counterexamples are known, and lie outside by the feature they name; passing observations
reach all of it; the intervals of its bounds are read off their replicates; the validation observations support the
claimed failure rate and error bound; the risk model's score is bounded in all of it; and the laws of physics were
found to hold. -/
structure Safe (c : Certificate) : Prop where
  /-- Every round lies inside the one before. -/
  nested : Nested c.features (c.initial :: c.rounds)
  /-- Inside the envelope, at most the tolerated number of search observations fail. -/
  observed : ObservedAll c.envelope c.claim.threshold c.claim.violations c.search
  /-- The counterexamples are known and lie outside. -/
  excluded : Excluded c.envelope c.claim.threshold c.claim.violations c.search
  /-- The envelope was looked at everywhere. -/
  coverage :
    Coverage c.envelope c.claim.threshold c.claim.minimumInside c.claim.slabs c.claim.minimumPerSlab c.search
  /-- The intervals of the bounds are supported by their replicates, where any are reported. -/
  bootstrap : Bootstrap c.claim.confidence c.replicates
  /-- The failure rate is bounded. -/
  confidence :
    Confidence c.envelope c.claim.threshold c.claim.failureRate c.claim.significance c.validation
  /-- The error is bounded, where a bound is claimed. -/
  conformal : ∀ claimed ∈ c.claim.conformal, Conformal c.envelope claimed.miscoverage claimed.bound c.validation
  /-- At every point of the envelope the risk is bounded, where a bound is claimed. -/
  universal : ∀ claimed ∈ c.claim.risk, Universal claimed.head.score claimed.bound c.envelope
  /-- Every residual is within its tolerance. -/
  physics : Physics c.residuals

/-! ## Joining a certificate's theorems -/

namespace ObservedAll

variable {envelope : Box} {threshold allowed granted : Nat} {t : Table} {tables : List Table}

/-- No table, no violation. -/
theorem none (envelope : Box) (threshold : Nat) : ObservedAll envelope threshold 0 [] :=
  ⟨by simp [observations], Nat.le_refl 0⟩

/-- The violations that two parts are granted add up. -/
theorem cons (first : Observed envelope threshold granted t) (rest : ObservedAll envelope threshold allowed tables) :
    ObservedAll envelope threshold (granted + allowed) (t :: tables) := by
  have e : observations (t :: tables) = t.observations ++ observations tables := rfl
  refine ⟨fun o ho => ?_, ?_⟩
  · rw [e] at ho
    rcases List.mem_append.mp ho with ho | ho
    · exact first.1 o ho
    · exact rest.1 o ho
  · rw [e, count_append]
    exact Nat.add_le_add first.2 rest.2

/-- Granted no more than is claimed. -/
theorem upTo {claimed : Nat} (h : ObservedAll envelope threshold granted tables)
    (enough : Nat.ble granted claimed = true) : ObservedAll envelope threshold claimed tables :=
  ⟨h.1, Nat.le_trans h.2 (Nat.le_of_ble_eq_true enough)⟩

end ObservedAll

/-- What is claimed holds. -/
theorem claimed {α : Type} {p : α → Prop} {x : α} (h : p x) : ∀ y ∈ some x, p y := by
  intro y hy
  rwa [← Option.some.inj hy]

/-- Nothing is claimed. -/
theorem unclaimed {α : Type} {p : α → Prop} : ∀ y ∈ (none : Option α), p y := by
  intro y hy
  cases hy

end PCM
