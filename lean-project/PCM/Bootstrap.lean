module

public import PCM.Confidence
public import PCM.OrderStatistic
public import PCM.Replicates

/-!
# `bootstrap`: the intervals of the bounds are read off their replicates

An interval for a bound of the envelope runs from one order statistic of its replicates (`PCM.Replicates`) to another.
The ranks of a *percentile* interval follow from its confidence alone; those of a *BCa* interval were corrected for bias
and skewness, by a computation that Lean does not repeat, and are recorded.

What Lean proves: every end is the replicate of its rank, and percentile ends have the right rank. Not that the
replicates were drawn as they should.
-/

@[expose] public noncomputable section

namespace PCM

/-- Rank of an end of a two-sided percentile interval at confidence `c`, among `n` replicates: `⌊(n + 1)(1 - c) / 2⌋`
but at least 1, and `⌈(n + 1)(1 + c) / 2⌉` but at most `n`. -/
def percentileRank (c : Fraction) (n : Nat) : Side → Nat
  | .lower => max 1 ((n + 1) * (c.denominator - c.numerator) / (2 * c.denominator))
  | .upper => min n (((n + 1) * (c.denominator + c.numerator) + (2 * c.denominator - 1)) / (2 * c.denominator))

/-- The runs are in order and have different values; every end is the order statistic of its rank; and the ranks of
percentile ends are those of the confidence. -/
def Replicates.Support (confidence : Fraction) (b : Replicates) : Prop :=
  b.runs.Pairwise (fun run later => run.value < later.value) ∧
    ∀ e ∈ b.ends, OrderStatistic b.values e.rank e.value ∧
      (e.method = .percentile → e.rank = percentileRank confidence b.values.length e.side)

/-- Every reported interval is supported by its replicates. -/
def Bootstrap (confidence : Fraction) (bounds : List Replicates) : Prop :=
  ∀ b ∈ bounds, b.Support confidence

namespace Bootstrap

/-- How many replicates have a value that passes a test. -/
def weigh (test : Nat → Bool) (runs : List Run) : Nat :=
  List.rec (motive := fun _ => Nat) 0
    (fun run _ rest => Bool.rec (motive := fun _ => Nat) rest (Nat.add run.times rest) (test run.value)) runs

/-- The values ascend, from `least` at the least. -/
def ascending (runs : List Run) : Nat → Bool :=
  List.rec (motive := fun _ => Nat → Bool) (fun _ => true)
    (fun run _ next least => Nat.ble least run.value && next (Nat.succ run.value)) runs

/-- The rank of a percentile end. -/
def rankHolds (confidence : Fraction) (runs : List Run) (e : IntervalEnd) : Bool :=
  match e.method with
  | .percentile => Nat.beq e.rank (percentileRank confidence (weigh (fun _ => true) runs) e.side)
  | .bca => true

/-- An end is the replicate of its rank. -/
def endHolds (confidence : Fraction) (runs : List Run) (e : IntervalEnd) : Bool :=
  Nat.ble (Nat.succ (weigh (fun v => Nat.ble (Nat.succ v) e.value) runs)) e.rank &&
    Nat.ble e.rank (weigh (fun v => Nat.ble v e.value) runs) && rankHolds confidence runs e

/-- The checker behind `Bootstrap.of_check`. -/
def check (confidence : Fraction) (bounds : List Replicates) : Bool :=
  bounds.all fun b => ascending b.runs 0 && b.ends.all (endHolds confidence b.runs)

theorem weigh_eq {test : Nat → Bool} {p : Nat → Prop} (h : ∀ v, test v = true ↔ p v) (runs : List Run) :
    weigh test runs = count p (expand runs) := by
  induction runs with
  | nil => rfl
  | cons run runs ih =>
    have e : count p (expand (run :: runs)) =
        count p (List.replicate run.times run.value) + count p (expand runs) := by
      rw [← count_append]
      rfl
    have r : count p (List.replicate run.times run.value) = if test run.value = true then run.times else 0 := by
      rw [count, List.countP_replicate]
      by_cases hp : p run.value
      · rw [if_pos (by simpa using hp), if_pos ((h _).mpr hp)]
      · rw [if_neg (by simpa using hp), if_neg fun ht => hp ((h _).mp ht)]
    have w : weigh test (run :: runs) =
        Bool.rec (motive := fun _ => Nat) (weigh test runs) (run.times + weigh test runs) (test run.value) := rfl
    rw [e, r, w, ih]
    cases test run.value <;> simp

theorem ascending_sound {runs : List Run} {least : Nat} (h : ascending runs least = true) :
    (∀ run ∈ runs, least ≤ run.value) ∧ runs.Pairwise (fun run later => run.value < later.value) := by
  induction runs generalizing least with
  | nil => simp
  | cons run runs ih =>
    have e : ascending (run :: runs) least = (Nat.ble least run.value && ascending runs (Nat.succ run.value)) := rfl
    rw [e, Bool.and_eq_true] at h
    have rest := ih h.2
    have first := Nat.le_of_ble_eq_true h.1
    rw [List.forall_mem_cons, List.pairwise_cons]
    exact ⟨⟨first, fun later hl => by have := rest.1 later hl; omega⟩, fun later hl => rest.1 later hl, rest.2⟩

theorem endHolds_sound {confidence : Fraction} {runs : List Run} {e : IntervalEnd}
    (h : endHolds confidence runs e = true) : OrderStatistic (expand runs) e.rank e.value ∧
      (e.method = .percentile → e.rank = percentileRank confidence (expand runs).length e.side) := by
  simp only [endHolds, Bool.and_eq_true] at h
  have below := Nat.le_of_ble_eq_true h.1.1
  rw [weigh_eq (p := fun v => v < e.value) fun v => ⟨Nat.le_of_ble_eq_true, Nat.ble_eq_true_of_le⟩] at below
  have upTo := Nat.le_of_ble_eq_true h.1.2
  rw [weigh_eq (p := fun v => v ≤ e.value) fun v => ⟨Nat.le_of_ble_eq_true, Nat.ble_eq_true_of_le⟩] at upTo
  refine ⟨⟨below, upTo⟩, fun method => ?_⟩
  have rank := h.2
  rw [rankHolds, method] at rank
  have rank := Nat.eq_of_beq_eq_true rank
  rwa [weigh_eq (p := fun _ => True) (by simp), show count (fun _ => True) (expand runs) = (expand runs).length from
    List.countP_eq_length.mpr (by simp)] at rank

/-- What the checker accepts is supported. -/
theorem of_check {confidence : Fraction} {bounds : List Replicates} (h : check confidence bounds = true) :
    Bootstrap confidence bounds := by
  intro b hb
  have h := List.all_eq_true.mp h b hb
  rw [Bool.and_eq_true] at h
  exact ⟨(ascending_sound h.1).2, fun e he => endHolds_sound (List.all_eq_true.mp h.2 e he)⟩

/-- Where there are no replicates, no interval is reported. -/
theorem none (confidence : Fraction) : Bootstrap confidence [] := by simp [Bootstrap]

end Bootstrap

end PCM
