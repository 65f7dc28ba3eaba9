module

public import PCM.Confidence
public import PCM.Coverage
public import PCM.ConformalExchange

/-!
# `conformal`: a bound on the error of the next crystal

Split conformal prediction. The errors of the `n` validation structures inside the envelope are sorted, and the claimed
bound is at least the `⌈(n + 1)(1 - α)⌉`-th smallest of them. Suppose that one more structure inside the envelope comes
along and that it and the validation structures are *exchangeable*: every order in which the `n + 1` errors might have
come was equally likely (independent draws from one population are exchangeable). Then the new error is above the bound
with a probability of at most `α`, the claimed *miscoverage*, whatever the distribution of errors. That step is
elementary, too: `exceeding_at_most` in `PCM.ConformalExchange`.

What Lean does not know is whether the structures are exchangeable; see `TRUST.md`.
-/

@[expose] public noncomputable section

namespace PCM

open Classical in
/-- The errors of the observations that lie inside the envelope. -/
def errorsInside (envelope : Box) (all : List Observation) : List Nat :=
  (all.filter fun o => decide (o.Inside envelope)).map fun o => o.error

/-- The bound is at least the `⌈(n + 1)(1 - α)⌉`-th smallest of the `n` errors inside the envelope. (With fewer than
`(1 - α) / α` of them there is no error of that rank, and no bound follows.) -/
def Conformal (envelope : Box) (miscoverage : Fraction) (bound : Nat) (tables : List Table) : Prop :=
  miscoverage.Proper ∧
    ∃ x, OrderStatistic (errorsInside envelope (observations tables))
      (conformalRank (errorsInside envelope (observations tables)).length miscoverage) x ∧ x ≤ bound

namespace Conformal

/-- The checker behind `Conformal.of_check`. -/
def check (envelope : Box) (miscoverage : Fraction) (bound : Nat) (tables : List Table) : Bool :=
  tables.all (fun t => t.ready envelope bound) && Confidence.proper miscoverage &&
    Nat.ble (conformalRank (sumOver tables (Confidence.inside envelope)) miscoverage)
      (sumOver tables (Coverage.passing envelope bound))

theorem length_errorsInside (envelope : Box) (all : List Observation) :
    (errorsInside envelope all).length = count (fun o => o.Inside envelope) all := by
  rw [errorsInside, List.length_map, ← List.countP_eq_length_filter]
  rfl

theorem count_errorsInside (envelope : Box) (bound : Nat) (all : List Observation) :
    count (fun e => e ≤ bound) (errorsInside envelope all) =
      count (fun o => o.Inside envelope ∧ ¬o.Fails bound) all := by
  rw [errorsInside, count_map, count, List.countP_filter, count]
  apply List.countP_congr
  intro o _
  simp [Observation.Fails, and_comm]

/-- What the checker accepts is a bound. -/
theorem of_check {envelope : Box} {miscoverage : Fraction} {bound : Nat} {tables : List Table}
    (h : check envelope miscoverage bound tables = true) : Conformal envelope miscoverage bound tables := by
  simp only [check, Bool.and_eq_true] at h
  have ready : ∀ t ∈ tables, t.Ready envelope bound :=
    fun t ht => Table.ready_sound (List.all_eq_true.mp h.1.1 t ht)
  have proper := Confidence.proper_sound h.1.2
  have hn : sumOver tables (Confidence.inside envelope) = count (fun o => o.Inside envelope) (observations tables) :=
    sumOver_eq_count fun t ht b hb => Block.tally_eq_count ((ready t ht).blocks b hb)
      (testable_inside ((ready t ht).blocks b hb) (ready t ht).intervals)
      fun i _ => holds_inside ((ready t ht).blocks b hb).length
  have hk : sumOver tables (Coverage.passing envelope bound) =
      count (fun o => o.Inside envelope ∧ ¬o.Fails bound) (observations tables) :=
    sumOver_eq_count fun t ht b hb => Block.tally_eq_count ((ready t ht).blocks b hb)
      (Coverage.testable_passingInside (ready t ht) hb) fun i _ => Coverage.holds_passingInside (ready t ht) hb i
  have enough := Nat.le_of_ble_eq_true h.2
  rw [hn, hk, ← length_errorsInside, ← count_errorsInside] at enough
  obtain ⟨x, hx⟩ := exists_orderStatistic (conformalRank_pos _ proper)
    (Nat.le_trans enough (count_le_length _ _))
  exact ⟨proper, x, hx, hx.le_of_count enough⟩

/-- There are enough validation structures inside for the claimed miscoverage. -/
theorem rank_le {envelope : Box} {miscoverage : Fraction} {bound : Nat} {tables : List Table}
    (h : Conformal envelope miscoverage bound tables) :
    conformalRank (count (fun o => o.Inside envelope) (observations tables)) miscoverage ≤
      count (fun o => o.Inside envelope) (observations tables) := by
  obtain ⟨_, x, hx, _⟩ := h
  rw [← length_errorsInside]
  exact hx.rank_le.2

/-- Said by counting: so many of the validation structures inside have an error of at most the bound. -/
theorem count_le_bound {envelope : Box} {miscoverage : Fraction} {bound : Nat} {tables : List Table}
    (h : Conformal envelope miscoverage bound tables) :
    conformalRank (count (fun o => o.Inside envelope) (observations tables)) miscoverage ≤
      count (fun o => o.Inside envelope ∧ ¬o.Fails bound) (observations tables) := by
  obtain ⟨_, x, hx, hle⟩ := h
  rw [← length_errorsInside, ← count_errorsInside]
  exact Nat.le_trans hx.2 (count_le_count fun e _ he => Nat.le_trans he hle)

end Conformal

end PCM
