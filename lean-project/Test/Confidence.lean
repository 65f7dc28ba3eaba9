module

public import PCM.Confidence

/-!
# Tests of `confidence`

With no failure in `n` draws the statement is `(1 - p)^n ≤ δ`; with `n` failures it is false.
-/

@[expose] public noncomputable section

namespace Test.Confidence

open PCM

/-- From 10 to 20 along the only feature. -/
def envelope : Box := [⟨10, 20⟩]

/-- Rows that all have feature value 10 and error 5; lanes of six bits. -/
def rows (n : Nat) : Table := ⟨5, [⟨n, [10 * ((2 ^ (6 * n) - 1) / 63)], 5 * ((2 ^ (6 * n) - 1) / 63), 0⟩]⟩

/-- One row: a feature value and an error. -/
def row (x error : Nat) : Table := ⟨5, [⟨1, [x], error, 0⟩]⟩

/-! ## What holds -/

/-- `(1/2)^2 = 1/4`: equality is enough. -/
theorem two_draws : Confidence envelope 5 ⟨1, 2⟩ ⟨1, 4⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/-- `(9/10)^29 < 1/20`. -/
theorem twenty_nine_draws : Confidence envelope 5 ⟨1, 10⟩ ⟨1, 20⟩ [rows 29] := Confidence.of_check (by decide +kernel)

/-- One failure of two: `1 - p^2 = 3/4`. -/
theorem one_of_two : Confidence envelope 5 ⟨1, 2⟩ ⟨3, 4⟩ [row 10 5, row 20 6] := Confidence.of_check (by decide +kernel)

/-- A row outside is none of the draws. -/
theorem outside : Confidence envelope 5 ⟨1, 2⟩ ⟨1, 4⟩ [rows 2, row 9 31, row 21 31] :=
  Confidence.of_check (by decide +kernel)

/-- The same number may be written in two ways. -/
theorem not_reduced : Confidence envelope 5 ⟨2, 4⟩ ⟨25, 100⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 10 } { numerator := 1, denominator := 20 } [rows 28] =
    true
is false
-/
#guard_msgs in
theorem one_draw_too_few : Confidence envelope 5 ⟨1, 10⟩ ⟨1, 20⟩ [rows 28] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 2 } { numerator := 249999, denominator := 1000000 }
      [rows 2] =
    true
is false
-/
#guard_msgs in
theorem just_above : Confidence envelope 5 ⟨1, 2⟩ ⟨249999, 1000000⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 4 { numerator := 1, denominator := 2 } { numerator := 1, denominator := 4 } [rows 2] = true
is false
-/
#guard_msgs in
theorem a_failure_more : Confidence envelope 4 ⟨1, 2⟩ ⟨1, 4⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 0 { numerator := 999, denominator := 1000 } { numerator := 999, denominator := 1000 }
      [rows 20] =
    true
is false
-/
#guard_msgs in
theorem all_fail : Confidence envelope 0 ⟨999, 1000⟩ ⟨999, 1000⟩ [rows 20] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 2 } { numerator := 1, denominator := 2 } [] = true
is false
-/
#guard_msgs in
theorem no_draws : Confidence envelope 5 ⟨1, 2⟩ ⟨1, 2⟩ [] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 2 } { numerator := 1, denominator := 2 } [row 9 0] = true
is false
-/
#guard_msgs in
theorem no_draws_inside : Confidence envelope 5 ⟨1, 2⟩ ⟨1, 2⟩ [row 9 0] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 1 } { numerator := 1, denominator := 2 } [rows 2] = true
is false
-/
#guard_msgs in
theorem rate_one : Confidence envelope 5 ⟨1, 1⟩ ⟨1, 2⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 4 { numerator := 1, denominator := 2 } { numerator := 1, denominator := 4 }
      [row 10 5, row 20 4] =
    true
is false
-/
#guard_msgs in
theorem a_failure_of_two : Confidence envelope 4 ⟨1, 2⟩ ⟨1, 4⟩ [row 10 5, row 20 4] :=
  Confidence.of_check (by decide +kernel)

example : ¬Confidence envelope 5 ⟨1, 1⟩ ⟨1, 2⟩ [rows 2] := fun h => absurd h.1.2 (by decide)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 0, denominator := 1 } { numerator := 1, denominator := 2 } [rows 2] = true
is false
-/
#guard_msgs in
theorem rate_zero : Confidence envelope 5 ⟨0, 1⟩ ⟨1, 2⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 3, denominator := 2 } { numerator := 1, denominator := 2 } [rows 2] = true
is false
-/
#guard_msgs in
theorem rate_above_one : Confidence envelope 5 ⟨3, 2⟩ ⟨1, 2⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 0 } { numerator := 1, denominator := 2 } [rows 2] = true
is false
-/
#guard_msgs in
theorem rate_without_denominator : Confidence envelope 5 ⟨1, 0⟩ ⟨1, 2⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Confidence.check envelope 5 { numerator := 1, denominator := 2 } { numerator := 1, denominator := 1 } [rows 2] = true
is false
-/
#guard_msgs in
theorem significance_one : Confidence envelope 5 ⟨1, 2⟩ ⟨1, 1⟩ [rows 2] := Confidence.of_check (by decide +kernel)

/-! The refusals are right: at the claimed rate itself the probability is above the significance. -/

example : ¬Confidence envelope 4 ⟨1, 2⟩ ⟨1, 4⟩ [row 10 5, row 20 4] := by
  intro h
  have tail := h.2.2.2 _ Rat.le_refl (by simp only [Fraction.value]; grind)
  simp [row, envelope, observations, Table.observations, Block.observations, Block.observation, cell, List.range,
    List.range.loop, count, Observation.Inside, Box.Contains, Interval.Contains, Observation.Fails, atMost,
    Fraction.value] at tail
  grind

/-! ## The tail itself -/

example : atMost 2 1 (1 / 2) = 3 / 4 := by
  simp only [atMost]; grind

example : atMost 5 5 (1 / 3) = 1 := by
  simp only [atMost]; grind

example : atMost 3 0 0 = 1 := by
  simp only [atMost]; grind

example : atMost 3 2 1 = 0 := by
  simp only [atMost]; grind

example : tailSum 4 1 1 4 = 16 := by decide +kernel

example : tailSum 4 1 2 2 * 2 ^ 2 = 16 + 32 + 24 := by decide +kernel

end Test.Confidence
