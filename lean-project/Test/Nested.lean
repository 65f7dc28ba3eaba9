module

public import PCM.Nested

/-!
# Tests of `nested`

What must hold is proved; of what must not, the checker's refusal is recorded, and that the statement is false.
-/

@[expose] public noncomputable section

namespace Test.Nested

open PCM

/-- Range of two features. -/
def range : Box := [⟨0, 10⟩, ⟨5, 5⟩]

/-- Inside the range, and touching it. -/
def tight : Box := [⟨0, 9⟩, ⟨5, 5⟩]

/-! ## What holds -/

theorem tightened : Nested 2 [range, tight] := Nested.of_check (by decide +kernel)

theorem not_tightened : Nested 2 [range, range, range] := Nested.of_check (by decide +kernel)

theorem one_point : Nested 1 [[⟨7, 7⟩], [⟨7, 7⟩]] := Nested.of_check (by decide +kernel)

theorem largest_cell : Nested 1 [[⟨0, 1099511627775⟩], [⟨1099511627775, 1099511627775⟩]] :=
  Nested.of_check (by decide +kernel)

theorem no_box : Nested 3 [] := Nested.of_check (by decide +kernel)

theorem no_feature : Nested 0 [[], []] := Nested.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Nested.check 1 [[{ lower := 1, upper := 0 }]] = true
is false
-/
#guard_msgs in
theorem turned_around : Nested 1 [[⟨1, 0⟩]] := Nested.of_check (by decide +kernel)

example : ¬Nested 1 [[⟨1, 0⟩]] := by
  simp [Nested, Box.WellFormed, Interval.WellFormed]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 1 [[{ lower := 3, upper := 10 }], [{ lower := 2, upper := 10 }]] = true
is false
-/
#guard_msgs in
theorem lower_left : Nested 1 [[⟨3, 10⟩], [⟨2, 10⟩]] := Nested.of_check (by decide +kernel)

example : ¬Nested 1 [[⟨3, 10⟩], [⟨2, 10⟩]] := by
  simp [Nested, Box.Within, Interval.Within]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 1 [[{ lower := 3, upper := 10 }], [{ lower := 3, upper := 11 }]] = true
is false
-/
#guard_msgs in
theorem upper_left : Nested 1 [[⟨3, 10⟩], [⟨3, 11⟩]] := Nested.of_check (by decide +kernel)

example : ¬Nested 1 [[⟨3, 10⟩], [⟨3, 11⟩]] := by
  simp [Nested, Box.Within, Interval.Within]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 2 [range, tight, range] = true
is false
-/
#guard_msgs in
theorem widened_later : Nested 2 [range, tight, range] := Nested.of_check (by decide +kernel)

example : ¬Nested 2 [range, tight, range] := by
  simp [Nested, Box.Within, Interval.Within, range, tight]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 1 [[{ lower := 0, upper := 10 }], [{ lower := 6, upper := 5 }]] = true
is false
-/
#guard_msgs in
theorem last_turned_around : Nested 1 [[⟨0, 10⟩], [⟨6, 5⟩]] := Nested.of_check (by decide +kernel)

example : ¬Nested 1 [[⟨0, 10⟩], [⟨6, 5⟩]] := by
  simp [Nested, Box.WellFormed, Interval.WellFormed]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 3 [range, tight] = true
is false
-/
#guard_msgs in
theorem one_feature_missing : Nested 3 [range, tight] := Nested.of_check (by decide +kernel)

example : ¬Nested 3 [range, tight] := by
  simp [Nested, range]

/--
error: Tactic `decide` proved that the proposition
  Nested.check 2 [range, [{ lower := 0, upper := 9 }]] = true
is false
-/
#guard_msgs in
theorem one_feature_lost : Nested 2 [range, [⟨0, 9⟩]] := Nested.of_check (by decide +kernel)

example : ¬Nested 2 [range, [⟨0, 9⟩]] := by
  simp [Nested, range]

/-! ## Other people's proofs -/

/--
error: Type mismatch
  tightened
has type
  Nested 2 [range, tight]
but is expected to have type
  Nested 2 [tight, range]
-/
#guard_msgs in
theorem borrowed : Nested 2 [tight, range] := tightened

end Test.Nested
