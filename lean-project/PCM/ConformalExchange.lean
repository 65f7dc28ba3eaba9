module

public import PCM.Confidence
public import PCM.OrderStatistic

/-!
# Split conformal prediction, by counting

Of `n + 1` errors, hold one back and ask whether it exceeds the `r`-th smallest of the other `n`. Whatever the numbers,
at most `n + 1 - r` of the `n + 1` choices exceed (`exceeding_le`); with `r = ⌈(n + 1)(1 - α)⌉`, at most `α (n + 1)` of
them (`exceeding_at_most`). If the `n + 1` structures are exchangeable, the one that comes last is each of them with the
same probability, `1 / (n + 1)`. So its error exceeds the `r`-th smallest of the others with a probability of at most `α`.
-/

@[expose] public noncomputable section

namespace PCM

/-- `⌈(n + 1)(1 - α)⌉`: the rank, among `n` errors, of the one that bounds the next error but for a share `α` of
cases. -/
def conformalRank (n : Nat) (miscoverage : Fraction) : Nat :=
  ((n + 1) * (miscoverage.denominator - miscoverage.numerator) + (miscoverage.denominator - 1)) /
    miscoverage.denominator

/-- Value `i` exceeds the `r`-th smallest of the others. -/
def Exceeds (values : List Nat) (r i : Nat) : Prop :=
  ∃ x q, values[i]? = some x ∧ OrderStatistic (values.eraseIdx i) r q ∧ q < x

/-- Counting positions is counting values. -/
theorem count_positions (p : Nat → Prop) (values : List Nat) :
    count (fun i => ∃ x, values[i]? = some x ∧ p x) (List.range values.length) = count p values := by
  induction values with
  | nil => rfl
  | cons v values ih =>
    have head : count (fun i => ∃ x, (v :: values)[i]? = some x ∧ p x) [0] = count p [v] := by
      by_cases h : p v <;> simp [count, h]
    rw [List.length_cons, List.range_succ_eq_map, count_cons, head, count_map, count_cons p v values, ← ih]
    rfl

/-- Of all values, no more than the number of ranks above `r` exceed the `r`-th smallest of the others. -/
theorem exceeding_le {values : List Nat} {r : Nat} (hr : 1 ≤ r) (h : r ≤ values.length) :
    count (Exceeds values r) (List.range values.length) ≤ values.length - r := by
  obtain ⟨t, ht⟩ := exists_orderStatistic hr h
  have above : count (Exceeds values r) (List.range values.length) ≤ count (fun x => ¬x ≤ t) values := by
    rw [← count_positions (fun x => ¬x ≤ t) values]
    apply count_le_count
    rintro i - ⟨x, q, hx, hq, hlt⟩
    refine ⟨x, hx, ?_⟩
    have : r ≤ count (fun v => v ≤ q) values := Nat.le_trans hq.2 (List.eraseIdx_sublist ..).countP_le
    have := ht.le_of_count this
    omega
  have := count_not (fun x => x ≤ t) values
  have := ht.2
  omega

theorem conformalRank_pos (n : Nat) {miscoverage : Fraction} (h : miscoverage.Proper) :
    1 ≤ conformalRank n miscoverage := by
  obtain ⟨a, d⟩ := miscoverage
  obtain ⟨h0, h1⟩ : 0 < a ∧ a < d := h
  have : 0 < (n + 1) * (d - a) := Nat.mul_pos (by omega) (by omega)
  have hd : 0 < d := by omega
  show 1 ≤ ((n + 1) * (d - a) + (d - 1)) / d
  rw [Nat.le_div_iff_mul_le hd]
  omega

theorem mul_le_conformalRank_mul (n : Nat) {miscoverage : Fraction} (h : miscoverage.Proper) :
    (n + 1) * (miscoverage.denominator - miscoverage.numerator) ≤
      conformalRank n miscoverage * miscoverage.denominator := by
  obtain ⟨a, d⟩ := miscoverage
  obtain ⟨h0, h1⟩ : 0 < a ∧ a < d := h
  show (n + 1) * (d - a) ≤ ((n + 1) * (d - a) + (d - 1)) / d * d
  generalize (n + 1) * (d - a) = m
  have := Nat.div_add_mod (m + (d - 1)) d
  have := Nat.mod_lt (m + (d - 1)) (show d > 0 by omega)
  rw [Nat.mul_comm ((m + (d - 1)) / d) d]
  omega

theorem conformalRank_le (n : Nat) {miscoverage : Fraction} (h : miscoverage.Proper) :
    conformalRank n miscoverage ≤ n + 1 := by
  obtain ⟨a, d⟩ := miscoverage
  obtain ⟨h0, h1⟩ : 0 < a ∧ a < d := h
  have : (n + 1) * (d - a) ≤ (n + 1) * d := Nat.mul_le_mul_left _ (by omega)
  show ((n + 1) * (d - a) + (d - 1)) / d ≤ n + 1
  apply Nat.le_of_lt_succ
  have : (n + 1).succ * d = (n + 1) * d + d := Nat.succ_mul ..
  have hd : 0 < d := by omega
  rw [Nat.div_lt_iff_lt_mul hd]
  omega

/-- Of `n + 1` values, whatever they are, at most `α (n + 1)` exceed the `⌈(n + 1)(1 - α)⌉`-th smallest of the
others. -/
theorem exceeding_at_most {values : List Nat} {n : Nat} (hn : values.length = n + 1) {miscoverage : Fraction}
    (h : miscoverage.Proper) :
    count (Exceeds values (conformalRank n miscoverage)) (List.range values.length) ≤
      miscoverage.numerator * (n + 1) / miscoverage.denominator := by
  refine Nat.le_trans (exceeding_le (conformalRank_pos n h) (hn ▸ conformalRank_le n h)) ?_
  have hd : 0 < miscoverage.denominator := by have := h.1; have := h.2; omega
  rw [hn, Nat.le_div_iff_mul_le hd, Nat.sub_mul]
  have lower := mul_le_conformalRank_mul n h
  rw [Nat.mul_sub, Nat.mul_comm (n + 1) miscoverage.numerator] at lower
  omega

end PCM
