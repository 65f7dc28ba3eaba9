module

public import PCM.Conformal

/-! # Tests of `conformal` -/

@[expose] public noncomputable section

namespace Test.Conformal

open PCM

/-- From 10 to 20 along the only feature. -/
def envelope : Box := [⟨10, 20⟩]

/-- One row: a feature value and an error. -/
def row (x error : Nat) : Table := ⟨10, [⟨1, [x], error, 0⟩]⟩

/-- Three errors inside, 5, 6 and 7; one outside. -/
def three : List Table := [row 10 6, row 15 5, row 20 7, row 9 900]

/-! ## Ranks -/

/-- Of 19 errors the greatest bounds the next but for one case in twenty; 18 are too few. -/
example : conformalRank 19 ⟨1, 20⟩ = 19 ∧ conformalRank 18 ⟨1, 20⟩ = 19 := by decide

example : conformalRank 3 ⟨1, 2⟩ = 2 ∧ conformalRank 0 ⟨1, 2⟩ = 1 := by decide

/-! ## What holds -/

theorem at_the_median : Conformal envelope ⟨1, 2⟩ 6 three := Conformal.of_check (by decide +kernel)

theorem greatest : Conformal envelope ⟨1, 4⟩ 7 three := Conformal.of_check (by decide +kernel)

theorem generous : Conformal envelope ⟨1, 4⟩ 1023 three := Conformal.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 2 } 5 three = true
is false
-/
#guard_msgs in
theorem one_step_below : Conformal envelope ⟨1, 2⟩ 5 three := Conformal.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 4 } 6 three = true
is false
-/
#guard_msgs in
theorem smaller_share : Conformal envelope ⟨1, 4⟩ 6 three := Conformal.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 5 } 1023 three = true
is false
-/
#guard_msgs in
theorem too_few : Conformal envelope ⟨1, 5⟩ 1023 three := Conformal.of_check (by decide +kernel)

/-- The fourth smallest of three errors is none. -/
example : ¬OrderStatistic [6, 5, 7] (conformalRank 3 ⟨1, 5⟩) 1023 := by
  simp [OrderStatistic, conformalRank, count]

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 2 } 1023 [row 9 0] = true
is false
-/
#guard_msgs in
theorem nothing_inside : Conformal envelope ⟨1, 2⟩ 1023 [row 9 0] := Conformal.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 2 } 1023 [] = true
is false
-/
#guard_msgs in
theorem nothing_at_all : Conformal envelope ⟨1, 2⟩ 1023 [] := Conformal.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 1 } 1023 three = true
is false
-/
#guard_msgs in
theorem share_one : Conformal envelope ⟨1, 1⟩ 1023 three := Conformal.of_check (by decide +kernel)

example : ¬Conformal envelope ⟨1, 1⟩ 1023 three := fun h => absurd h.1.2 (by decide)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 0, denominator := 5 } 1023 three = true
is false
-/
#guard_msgs in
theorem share_zero : Conformal envelope ⟨0, 5⟩ 1023 three := Conformal.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Conformal.check envelope { numerator := 1, denominator := 2 } 1024 three = true
is false
-/
#guard_msgs in
theorem bound_beyond_the_lanes : Conformal envelope ⟨1, 2⟩ 1024 three := Conformal.of_check (by decide +kernel)

end Test.Conformal
