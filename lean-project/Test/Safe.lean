module

public import PCM.Safe

/-! # Tests of `safe`: what is joined, and that nothing is left out -/

@[expose] public noncomputable section

namespace Test.Safe

open PCM

/-- One row: a feature value, an error, a mark. -/
def row (x error mark : Nat) : Table := ⟨10, [⟨1, [x], error, mark⟩]⟩

/-- Two that pass inside, one that fails outside. -/
def search : Table := ⟨10, [⟨3, [0x580780a], 0x7d000000, 0x400000⟩]⟩

/-- Two that pass inside. -/
def drawn : List Table := [row 12 3 0, row 18 4 0]

/-- The upper bound was 20 in each of three replicates. -/
def bound : Replicates := ⟨1, 0, .upper, [⟨20, 3⟩], [⟨.percentile, .lower, 1, 20⟩]⟩

/-- One of two structures may fail, at significance 1/4; no more is claimed. -/
def claim : Claim where
  threshold := 100
  violations := 0
  failureRate := ⟨1, 2⟩
  significance := ⟨1, 4⟩
  confidence := ⟨9, 10⟩
  minimumInside := 2
  slabs := 1
  minimumPerSlab := 2
  conformal := none
  risk := none

/-- One feature, one round. -/
def certificate : Certificate where
  features := 1
  claim := claim
  initial := [⟨0, 30⟩]
  rounds := [[⟨10, 20⟩]]
  search := [search]
  validation := drawn
  replicates := [bound]
  residuals := ⟨3, []⟩

example : observations [search] = [⟨[10], 0, 0⟩, ⟨[15], 0, 0⟩, ⟨[22], 500, 1⟩] := by
  simp [search, observations, Table.observations, Block.observations, Block.observation, cell, List.range,
    List.range.loop]

/-- The envelope is the last round's, and the first range where there is none. -/
example : certificate.envelope = [⟨10, 20⟩] ∧ { certificate with rounds := [] }.envelope = [⟨0, 30⟩] := ⟨rfl, rfl⟩

/-! ## What holds -/

theorem observed : Observed [⟨10, 20⟩] 100 0 search := Observed.of_check (by decide +kernel)

theorem safe : Safe certificate where
  nested := Nested.of_check (by decide +kernel)
  observed := ObservedAll.upTo (.cons observed (.none [⟨10, 20⟩] 100)) (by decide +kernel)
  excluded := Excluded.of_check (by decide +kernel)
  coverage := Coverage.of_check (by decide +kernel)
  bootstrap := Bootstrap.of_check (by decide +kernel)
  confidence := Confidence.of_check (by decide +kernel)
  conformal := unclaimed
  universal := unclaimed
  physics := Physics.none 3

/-! ## What is claimed beyond must be shown -/

/-- Without proof of a claimed bound on the error there is no `safe`. -/
example (h : Safe { certificate with claim := { claim with conformal := some ⟨⟨1, 2⟩, 3⟩ } }) :
    Conformal [⟨10, 20⟩] ⟨1, 2⟩ 3 drawn := h.conformal _ rfl

/-- Nor without proof of a claimed bound on the risk. -/
example (m : Ensemble) (h : Safe { certificate with claim := { claim with risk := some ⟨.trees m, 5⟩ } }) :
    Universal m.eval 5 [⟨10, 20⟩] := h.universal _ rfl

/-- Nor with a residual above its tolerance. -/
example : ¬Safe { certificate with residuals := ⟨3, [⟨1, 4, 3⟩]⟩ } := by
  intro h
  have := h.physics
  simp [Physics, Residuals.all, ResidualBlock.residuals, cell, List.range, List.range.loop] at this

/-- Nor with a round that is wider than the one before. -/
example : ¬Safe { certificate with rounds := [[⟨10, 20⟩], [⟨9, 20⟩]] } := by
  intro h
  have := h.nested
  simp [Nested, certificate, Box.Within, Interval.Within] at this

/-! ## Violations of several tables -/

/-- One that fails inside. -/
theorem one : Observed [⟨10, 20⟩] 100 1 (row 15 101 2) := Observed.of_check (by decide +kernel)

theorem two : ObservedAll [⟨10, 20⟩] 100 2 [row 15 101 2, row 15 101 2] :=
  ObservedAll.upTo (.cons one (.cons one (.none [⟨10, 20⟩] 100))) (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  (1 + (1 + 0)).ble 1 = true
is false
-/
#guard_msgs in
theorem more_than_claimed : ObservedAll [⟨10, 20⟩] 100 1 [row 15 101 2, row 15 101 2] :=
  ObservedAll.upTo (.cons one (.cons one (.none [⟨10, 20⟩] 100))) (by decide +kernel)

end Test.Safe
