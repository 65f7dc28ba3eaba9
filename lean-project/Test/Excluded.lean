module

public import PCM.Excluded

/-!
# Tests of `excluded`

A crystal is marked `f + 1` if it fails and feature `f` puts it outside, and with the number of features plus one if it
fails and lies inside.
-/

@[expose] public noncomputable section

namespace Test.Excluded

open PCM

/-- From 10 to 20 along one feature, from 5 to 5 along the other. -/
def envelope : Box := [⟨10, 20⟩, ⟨5, 5⟩]

/-- One row: two feature values, an error, a mark. -/
def row (x y error mark : Nat) : Table := ⟨10, [⟨1, [x, y], error, mark⟩]⟩

/-! ## What holds -/

theorem passes : Excluded envelope 100 0 [row 15 5 100 0] := Excluded.of_check (by decide +kernel)

theorem below : Excluded envelope 100 0 [row 9 5 101 1] := Excluded.of_check (by decide +kernel)

theorem above : Excluded envelope 100 0 [row 21 5 101 1] := Excluded.of_check (by decide +kernel)

theorem by_the_other_feature : Excluded envelope 100 0 [row 15 4 101 2] := Excluded.of_check (by decide +kernel)

theorem by_either : Excluded envelope 100 0 [row 9 6 101 1, row 9 6 101 2] := Excluded.of_check (by decide +kernel)

theorem inside_and_tolerated : Excluded envelope 100 1 [row 15 5 1023 3] := Excluded.of_check (by decide +kernel)

theorem nothing_observed : Excluded envelope 100 0 [] := Excluded.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 9 5 101 0] = true
is false
-/
#guard_msgs in
theorem forgotten : Excluded envelope 100 0 [row 9 5 101 0] := Excluded.of_check (by decide +kernel)

example : ¬Excluded envelope 100 0 [row 9 5 101 0] := by
  simp [Excluded, row, observations, Table.observations, Block.observations, Block.observation, cell, List.range,
    List.range.loop, Observation.Fails]

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 9 5 101 1, row 15 6 101 0] = true
is false
-/
#guard_msgs in
theorem forgotten_beside_another : Excluded envelope 100 0 [row 9 5 101 1, row 15 6 101 0] :=
  Excluded.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 101 0 [row 9 5 101 1] = true
is false
-/
#guard_msgs in
theorem marked_but_passes : Excluded envelope 101 0 [row 9 5 101 1] := Excluded.of_check (by decide +kernel)

example : ¬Excluded envelope 101 0 [row 9 5 101 1] := by
  simp [Excluded, row, observations, Table.observations, Block.observations, Block.observation, cell, List.range,
    List.range.loop, Observation.Fails]

/-- At either end of the interval a value is inside. -/
def lies : List Table := [row 10 5 101 1]

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 lies = true
is false
-/
#guard_msgs in
theorem witness_at_the_lower_end : Excluded envelope 100 0 lies := Excluded.of_check (by decide +kernel)

example : ¬Excluded envelope 100 0 lies := by
  intro h
  obtain ⟨i, x, hi, hx, outside⟩ := h.2.1 ⟨[10, 5], 101, 1⟩
    (by simp [lies, row, observations, Table.observations, Block.observations, Block.observation, cell, List.range,
      List.range.loop]) 0 (by decide) rfl
  simp only [envelope, List.getElem?_cons_zero, Option.some.injEq] at hi hx
  subst hi hx
  exact outside (by simp [Interval.Contains])

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 20 5 101 1] = true
is false
-/
#guard_msgs in
theorem witness_at_the_upper_end : Excluded envelope 100 0 [row 20 5 101 1] := Excluded.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 9 5 101 2] = true
is false
-/
#guard_msgs in
theorem wrong_witness : Excluded envelope 100 0 [row 9 5 101 2] := Excluded.of_check (by decide +kernel)

/-- Tolerance is for crystals said to be inside, not for wrong witnesses. -/
def tolerance : Nat := 7

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 tolerance [row 9 5 101 2] = true
is false
-/
#guard_msgs in
theorem wrong_witness_tolerated : Excluded envelope 100 tolerance [row 9 5 101 2] := Excluded.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 15 5 101 3] = true
is false
-/
#guard_msgs in
theorem inside_and_not_tolerated : Excluded envelope 100 0 [row 15 5 101 3] := Excluded.of_check (by decide +kernel)

example : ¬Excluded envelope 100 0 [row 15 5 101 3] := by
  simp [Excluded, row, envelope, observations, Table.observations, Block.observations, Block.observation, cell,
    List.range, List.range.loop, Observation.Fails, count]

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 0 [row 9 5 101 4] = true
is false
-/
#guard_msgs in
theorem mark_of_no_feature : Excluded envelope 100 0 [row 9 5 101 4] := Excluded.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Excluded.check envelope 100 1 [row 15 5 101 3, row 15 5 101 3] = true
is false
-/
#guard_msgs in
theorem two_tables_one_tolerated : Excluded envelope 100 1 [row 15 5 101 3, row 15 5 101 3] :=
  Excluded.of_check (by decide +kernel)

end Test.Excluded
