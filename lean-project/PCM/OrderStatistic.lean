module

public import PCM.Count

/-!
# Order statistics, by counting

The `r`-th smallest of some values, counted from 1, needs no sorting to be recognised: fewer than `r` values are
smaller, and at least `r` are no greater. So it can be checked in one pass, and does not depend on the order in which
the values stand (`OrderStatistic.perm`). That it is what everybody means by it is `orderStatistic_iff_sorted`: the
entry at position `r - 1` once the values are sorted.
-/

@[expose] public noncomputable section

namespace PCM

/-- `x` is the `r`-th smallest of the values, counted from 1 and with repetitions. -/
def OrderStatistic (values : List Nat) (r x : Nat) : Prop :=
  count (fun v => v < x) values < r ∧ r ≤ count (fun v => v ≤ x) values

theorem count_le_count {α : Type} {p q : α → Prop} {xs : List α} (h : ∀ x ∈ xs, p x → q x) :
    count p xs ≤ count q xs :=
  List.countP_mono_left fun x hx hp => by simpa using h x hx (by simpa using hp)

theorem count_perm {α : Type} (p : α → Prop) {xs ys : List α} (h : xs.Perm ys) : count p xs = count p ys :=
  h.countP_eq _

theorem count_cons {α : Type} (p : α → Prop) (x : α) (xs : List α) : count p (x :: xs) = count p [x] + count p xs := by
  rw [← List.singleton_append, count_append]

theorem count_not {α : Type} (p : α → Prop) (xs : List α) : count p xs + count (fun x => ¬p x) xs = xs.length := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    rw [count_cons, count_cons (fun x => ¬p x), List.length_cons, ← ih]
    by_cases h : p x
    · have : count p [x] = 1 ∧ count (fun x => ¬p x) [x] = 0 := by simp [count, h]
      omega
    · have : count p [x] = 0 ∧ count (fun x => ¬p x) [x] = 1 := by simp [count, h]
      omega

namespace OrderStatistic

/-- There is only one `r`-th smallest value. -/
theorem unique {values : List Nat} {r x y : Nat} (hx : OrderStatistic values r x) (hy : OrderStatistic values r y) :
    x = y := by
  have apart : ∀ {a b : Nat}, OrderStatistic values r a → OrderStatistic values r b → ¬a < b := by
    intro a b ha hb hab
    have := count_le_count (xs := values) (p := fun v => v ≤ a) (q := fun v => v < b) (by intro v _ hv; omega)
    have := ha.2
    have := hb.1
    omega
  have := apart hx hy
  have := apart hy hx
  omega

/-- The order in which the values stand does not matter. -/
theorem perm {values others : List Nat} {r x : Nat} (h : values.Perm others) :
    OrderStatistic values r x ↔ OrderStatistic others r x := by
  rw [OrderStatistic, OrderStatistic, count_perm _ h, count_perm _ h]

/-- Ranks run from 1 to the number of values. -/
theorem rank_le {values : List Nat} {r x : Nat} (h : OrderStatistic values r x) : 1 ≤ r ∧ r ≤ values.length :=
  ⟨Nat.lt_of_le_of_lt (Nat.zero_le _) h.1, Nat.le_trans h.2 (count_le_length ..)⟩

/-- A threshold that at least `r` values respect is at least the `r`-th smallest. -/
theorem le_of_count {values : List Nat} {r x q : Nat} (h : OrderStatistic values r x)
    (hq : r ≤ count (fun v => v ≤ q) values) : x ≤ q := by
  apply Nat.le_of_not_lt
  intro hlt
  have := count_le_count (xs := values) (p := fun v => v ≤ q) (q := fun v => v < x) (by intro v _ hv; omega)
  have := h.1
  omega

end OrderStatistic

theorem sorted_mergeSort (values : List Nat) : (values.mergeSort (· ≤ ·)).Pairwise (· ≤ ·) := by
  have := List.pairwise_mergeSort (le := fun a b : Nat => decide (a ≤ b)) (by simp; omega) (by simp; omega) values
  simpa using this

/-- In a sorted list, the entry at position `i` is the `(i + 1)`-th smallest. -/
theorem orderStatistic_getElem {values : List Nat} (sorted : values.Pairwise (· ≤ ·)) {i : Nat}
    (h : i < values.length) : OrderStatistic values (i + 1) values[i] := by
  have split : values = values.take i ++ values[i] :: values.drop (i + 1) := by simp
  have pairs := sorted
  rw [split, List.pairwise_append] at pairs
  have after := List.pairwise_cons.mp pairs.2.1
  generalize hx : values[i] = x at *
  have length : (values.take i).length = i := by rw [List.length_take]; omega
  constructor
  · have late : count (fun v => v < x) (x :: values.drop (i + 1)) = 0 := by
      apply List.countP_eq_zero.mpr
      intro v hv
      rcases List.mem_cons.mp hv with rfl | hv
      · simp
      · simpa using after.1 v hv
    rw [split, count_append, late]
    have := count_le_length (fun v => v < x) (values.take i)
    omega
  · have early : count (fun v => v ≤ x) (values.take i) = i := by
      have : count (fun v => v ≤ x) (values.take i) = (values.take i).length :=
        List.countP_eq_length.mpr fun v hv => by simpa using pairs.2.2 v hv x (List.mem_cons_self ..)
      rw [this, length]
    have here : 1 ≤ count (fun v => v ≤ x) (x :: values.drop (i + 1)) :=
      List.countP_pos_iff.mpr ⟨x, List.mem_cons_self .., by simp⟩
    rw [split, count_append, early]
    omega

/-- The `r`-th smallest value is the one at position `r - 1` after sorting. -/
theorem orderStatistic_iff_sorted {values : List Nat} {r x : Nat} :
    OrderStatistic values r x ↔ 0 < r ∧ (values.mergeSort (· ≤ ·))[r - 1]? = some x := by
  have perm := List.mergeSort_perm values (fun a b => decide (a ≤ b))
  constructor
  · intro h
    have hr := h.rank_le
    have hi : r - 1 < (values.mergeSort (· ≤ ·)).length := by rw [perm.length_eq]; omega
    have found := orderStatistic_getElem (sorted_mergeSort values) hi
    rw [Nat.sub_add_cancel hr.1, OrderStatistic.perm perm] at found
    exact ⟨hr.1, List.getElem?_eq_some_iff.mpr ⟨hi, found.unique h⟩⟩
  · rintro ⟨hr, h⟩
    obtain ⟨hi, rfl⟩ := List.getElem?_eq_some_iff.mp h
    have found := orderStatistic_getElem (sorted_mergeSort values) hi
    rwa [Nat.sub_add_cancel hr, OrderStatistic.perm perm] at found

/-- Every rank from 1 to the number of values has its value. -/
theorem exists_orderStatistic {values : List Nat} {r : Nat} (hr : 1 ≤ r) (h : r ≤ values.length) :
    ∃ x, OrderStatistic values r x := by
  have perm := List.mergeSort_perm values (fun a b => decide (a ≤ b))
  have hi : r - 1 < (values.mergeSort (· ≤ ·)).length := by rw [perm.length_eq]; omega
  exact ⟨_, orderStatistic_iff_sorted.mpr ⟨hr, List.getElem?_eq_some_iff.mpr ⟨hi, rfl⟩⟩⟩

end PCM
