module

public import PCM.Bootstrap

/-! # Tests of `bootstrap` and of order statistics -/

@[expose] public noncomputable section

namespace Test.Bootstrap

open PCM

/-! ## Order statistics, read off the definition -/

example : OrderStatistic [3, 1, 3] 1 1 := by simp [OrderStatistic, count]

example : OrderStatistic [3, 1, 3] 2 3 := by simp [OrderStatistic, count]

example : OrderStatistic [3, 1, 3] 3 3 := by simp [OrderStatistic, count]

example : ¬OrderStatistic [3, 1, 3] 1 3 := by simp [OrderStatistic, count]

example : ¬OrderStatistic [3, 1, 3] 2 2 := by simp [OrderStatistic, count]

example : ¬OrderStatistic [3, 1, 3] 0 1 := by simp [OrderStatistic, count]

example : ¬OrderStatistic [3, 1, 3] 4 3 := by simp [OrderStatistic, count]

example : ¬OrderStatistic [] 1 0 := by simp [OrderStatistic, count]

/-! ## Ranks -/

example : percentileRank ⟨19, 20⟩ 1000 .lower = 25 ∧ percentileRank ⟨19, 20⟩ 1000 .upper = 976 := by decide

/-- Too few replicates for the confidence: the smallest and the greatest. -/
example : percentileRank ⟨19, 20⟩ 5 .lower = 1 ∧ percentileRank ⟨19, 20⟩ 5 .upper = 5 := by decide

/-! ## What holds -/

/-- Ten replicates of an upper bound: 4, 5 (eight times), 9. -/
def runs : List Run := [⟨4, 1⟩, ⟨5, 8⟩, ⟨9, 1⟩]

/-- The replicates with some ends. -/
def upper (ends : List IntervalEnd) : Replicates := ⟨1, 0, .upper, runs, ends⟩

theorem percentile : Bootstrap ⟨1, 2⟩ [upper [⟨.percentile, .lower, 2, 5⟩, ⟨.percentile, .upper, 9, 5⟩]] :=
  Bootstrap.of_check (by decide +kernel)

theorem extremes : Bootstrap ⟨19, 20⟩ [upper [⟨.percentile, .lower, 1, 4⟩, ⟨.percentile, .upper, 10, 9⟩]] :=
  Bootstrap.of_check (by decide +kernel)

/-- The ranks of a corrected interval are nobody's formula here. -/
theorem corrected : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .lower, 1, 4⟩, ⟨.bca, .upper, 9, 5⟩]] :=
  Bootstrap.of_check (by decide +kernel)

theorem without_ends : Bootstrap ⟨1, 2⟩ [upper []] := Bootstrap.of_check (by decide +kernel)

theorem without_bounds : Bootstrap ⟨1, 2⟩ [] := Bootstrap.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.lower, rank := 1, value := 5 }]] =
    true
is false
-/
#guard_msgs in
theorem next_value : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .lower, 1, 5⟩]] := Bootstrap.of_check (by decide +kernel)

example : ¬Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .lower, 1, 5⟩]] := by
  simp [Bootstrap, upper, runs, Replicates.Support, Replicates.values, expand, OrderStatistic, count]

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.upper, rank := 10, value := 8 }]] =
    true
is false
-/
#guard_msgs in
theorem value_between : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .upper, 10, 8⟩]] := Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.upper, rank := 9, value := 9 }]] =
    true
is false
-/
#guard_msgs in
theorem next_rank : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .upper, 9, 9⟩]] := Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.lower, rank := 0, value := 4 }]] =
    true
is false
-/
#guard_msgs in
theorem rank_zero : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .lower, 0, 4⟩]] := Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.upper, rank := 11, value := 9 }]] =
    true
is false
-/
#guard_msgs in
theorem rank_beyond : Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .upper, 11, 9⟩]] := Bootstrap.of_check (by decide +kernel)

/-- The value is right for its rank, but the rank is not that of the confidence. -/
def other_rank : List Replicates := [upper [⟨.percentile, .lower, 3, 5⟩]]

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 } other_rank = true
is false
-/
#guard_msgs in
theorem rank_of_another_confidence : Bootstrap ⟨1, 2⟩ other_rank := Bootstrap.of_check (by decide +kernel)

example : ¬Bootstrap ⟨1, 2⟩ other_rank := by
  simp [Bootstrap, other_rank, upper, runs, Replicates.Support, Replicates.values, expand, OrderStatistic, count,
    percentileRank]

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 19, denominator := 20 }
      [upper [{ method := IntervalMethod.percentile, side := Side.lower, rank := 2, value := 5 }]] =
    true
is false
-/
#guard_msgs in
theorem confidence_changed : Bootstrap ⟨19, 20⟩ [upper [⟨.percentile, .lower, 2, 5⟩]] :=
  Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [{ round := 1, feature := 0, side := Side.upper, runs := [{ value := 5, times := 1 }, { value := 4, times := 1 }],
          ends := [] }] =
    true
is false
-/
#guard_msgs in
theorem runs_out_of_order : Bootstrap ⟨1, 2⟩ [⟨1, 0, .upper, [⟨5, 1⟩, ⟨4, 1⟩], []⟩] :=
  Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [{ round := 1, feature := 0, side := Side.upper, runs := [{ value := 5, times := 1 }, { value := 5, times := 1 }],
          ends := [] }] =
    true
is false
-/
#guard_msgs in
theorem run_in_two_parts : Bootstrap ⟨1, 2⟩ [⟨1, 0, .upper, [⟨5, 1⟩, ⟨5, 1⟩], []⟩] :=
  Bootstrap.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Bootstrap.check { numerator := 1, denominator := 2 }
      [upper [{ method := IntervalMethod.bca, side := Side.lower, rank := 1, value := 4 }],
        upper [{ method := IntervalMethod.bca, side := Side.lower, rank := 2, value := 4 }]] =
    true
is false
-/
#guard_msgs in
theorem wrong_in_the_second_bound :
    Bootstrap ⟨1, 2⟩ [upper [⟨.bca, .lower, 1, 4⟩], upper [⟨.bca, .lower, 2, 4⟩]] :=
  Bootstrap.of_check (by decide +kernel)

end Test.Bootstrap
