module

public import PCM.Selection
public import PCM.Tail

/-!
# `confidence`: how often the potential may fail inside the envelope

The validation structures had no part in shaping the envelope. Suppose that they are independent draws from the
population the claim is about, and that the potential fails on a share `p` of those that lie inside the envelope. If `p`
were the claimed failure rate or more, then seeing as few failures as were seen would have had probability at most the
significance: the exact one-sided test of Clopper and Pearson. Lean counts the structures and failures itself.
-/

@[expose] public noncomputable section

namespace PCM

/-- A fraction of two natural numbers. -/
structure Fraction where
  /-- Above the line. -/
  numerator : Nat
  /-- Below the line. -/
  denominator : Nat

/-- The rational number. -/
def Fraction.value (x : Fraction) : Rat := (x.numerator : Rat) / (x.denominator : Rat)

/-- Strictly between zero and one. -/
def Fraction.Proper (x : Fraction) : Prop := 0 < x.numerator ∧ x.numerator < x.denominator

/-- With `n` validation structures inside the envelope, of which `k` fail: for every failure rate from the claimed one up
to one, at most `k` failures in `n` draws have a probability of at most the significance. -/
def Confidence (envelope : Box) (threshold : Nat) (failureRate significance : Fraction) (tables : List Table) : Prop :=
  failureRate.Proper ∧ significance.Proper ∧
    0 < count (fun o => o.Inside envelope) (observations tables) ∧
    ∀ p : Rat, failureRate.value ≤ p → p ≤ 1 →
      atMost (count (fun o => o.Inside envelope) (observations tables))
        (count (fun o => o.Inside envelope ∧ o.Fails threshold) (observations tables)) p ≤ significance.value

namespace Confidence

/-- Rows of a block inside the envelope. -/
def inside (envelope : Box) (bits : Nat) (b : Block) : Nat := b.tally bits (b.insideConditions envelope)

/-- Rows of a block that lie inside the envelope and fail. -/
def failures (envelope : Box) (threshold bits : Nat) (b : Block) : Nat :=
  b.tally bits (b.failsCondition bits threshold :: b.insideConditions envelope)

/-- The comparison of the binomial tail at the claimed rate with the significance, in whole numbers. -/
def tailCheck (n k : Nat) (failureRate significance : Fraction) : Bool :=
  Nat.ble 1 n && Nat.ble k n &&
    Nat.ble
      (Nat.mul
        (Nat.mul (tailSum n failureRate.numerator (Nat.sub failureRate.denominator failureRate.numerator) k)
          (Nat.pow (Nat.sub failureRate.denominator failureRate.numerator) (Nat.sub n k)))
        significance.denominator)
      (Nat.mul significance.numerator (Nat.pow failureRate.denominator n))

/-- Decides `Fraction.Proper`. -/
def proper (x : Fraction) : Bool := Nat.ble 1 x.numerator && Nat.ble (Nat.succ x.numerator) x.denominator

/-- The checker behind `Confidence.of_check`. -/
def check (envelope : Box) (threshold : Nat) (failureRate significance : Fraction) (tables : List Table) : Bool :=
  tables.all (fun t => t.ready envelope threshold) && proper failureRate && proper significance &&
    tailCheck (sumOver tables (inside envelope)) (sumOver tables (failures envelope threshold)) failureRate significance

theorem proper_sound {x : Fraction} (h : proper x = true) : x.Proper := by
  simp only [proper, Bool.and_eq_true] at h
  exact ⟨Nat.le_of_ble_eq_true h.1, Nat.le_of_ble_eq_true h.2⟩

theorem natCast_pos {n : Nat} (h : 0 < n) : (0 : Rat) < (n : Rat) := by
  exact_mod_cast h

theorem value_mul {x : Fraction} (h : x.Proper) : x.value * (x.denominator : Rat) = x.numerator := by
  have hd : (x.denominator : Rat) ≠ 0 := Rat.ne_of_gt (natCast_pos (by have := h.1; have := h.2; omega))
  rw [Fraction.value, Rat.div_def, Rat.mul_assoc, Rat.inv_mul_cancel _ hd, Rat.mul_one]

theorem atMost_le {n k : Nat} {p d : Fraction} (hp : p.Proper) (hd : d.Proper) (h : tailCheck n k p d = true) :
    atMost n k p.value ≤ d.value := by
  simp only [tailCheck, Bool.and_eq_true] at h
  have hk : k ≤ n := Nat.le_of_ble_eq_true h.1.2
  have hle := Nat.le_of_ble_eq_true h.2
  have hsum : tailSum n p.numerator (p.denominator - p.numerator) k *
      (p.denominator - p.numerator) ^ (n - k) * d.denominator ≤ d.numerator * p.denominator ^ n := hle
  rw [tailSum_eq hk] at hsum
  have hpv := value_mul hp
  have hdv := value_mul hd
  have hq : (1 - p.value) * (p.denominator : Rat) = ((p.denominator - p.numerator : Nat) : Rat) := by
    have e : ((p.denominator - p.numerator : Nat) : Rat) + (p.numerator : Rat) = (p.denominator : Rat) := by
      rw [← Rat.natCast_add, Nat.sub_add_cancel (Nat.le_of_lt hp.2)]
    grind
  have hm := atMost_mul_pow n k p.numerator (p.denominator - p.numerator) p.denominator p.value hpv hq
  have hB : (0 : Rat) < ((p.denominator ^ n : Nat) : Rat) :=
    natCast_pos (Nat.pow_pos (by have := hp.1; have := hp.2; omega))
  have hD : (0 : Rat) < (d.denominator : Rat) := natCast_pos (by have := hd.1; have := hd.2; omega)
  have hcast : ((binomialSum n p.numerator (p.denominator - p.numerator) k : Nat) : Rat) * (d.denominator : Rat) ≤
      (d.numerator : Rat) * ((p.denominator ^ n : Nat) : Rat) := by
    rw [← Rat.natCast_mul, ← Rat.natCast_mul]
    exact_mod_cast hsum
  rw [← hm, ← hdv] at hcast
  generalize atMost n k p.value = x at *
  generalize d.value = y at *
  generalize ((p.denominator ^ n : Nat) : Rat) = B at *
  generalize (d.denominator : Rat) = D at *
  apply Rat.not_lt.mp
  intro hlt
  have := Rat.mul_lt_mul_of_pos_right hlt (Rat.mul_pos hB hD)
  have e1 : y * (B * D) = y * D * B := by rw [Rat.mul_assoc, Rat.mul_comm B]
  have e2 : x * (B * D) = x * B * D := by rw [Rat.mul_assoc]
  rw [e1, e2] at this
  exact Rat.not_le.mpr this hcast

/-- What the checker accepts is a bound at the claimed confidence. -/
theorem of_check {envelope : Box} {threshold : Nat} {failureRate significance : Fraction} {tables : List Table}
    (h : check envelope threshold failureRate significance tables = true) :
    Confidence envelope threshold failureRate significance tables := by
  simp only [check, Bool.and_eq_true] at h
  have ready : ∀ t ∈ tables, t.Ready envelope threshold :=
    fun t ht => Table.ready_sound (List.all_eq_true.mp h.1.1.1 t ht)
  have hr := proper_sound h.1.1.2
  have hs := proper_sound h.1.2
  have hn : sumOver tables (inside envelope) = count (fun o => o.Inside envelope) (observations tables) := by
    apply sumOver_eq_count
    intro t ht b hb
    have hbr := (ready t ht).blocks b hb
    exact Block.tally_eq_count hbr (testable_inside hbr (ready t ht).intervals) fun i _ => holds_inside hbr.length
  have hk : sumOver tables (failures envelope threshold) =
      count (fun o => o.Inside envelope ∧ o.Fails threshold) (observations tables) := by
    apply sumOver_eq_count
    intro t ht b hb
    have hbr := (ready t ht).blocks b hb
    apply Block.tally_eq_count hbr
    · intro c hc
      rcases List.mem_cons.mp hc with rfl | hc
      · exact testable_fails hbr (ready t ht).limit
      · exact testable_inside hbr (ready t ht).intervals c hc
    · intro i hi
      rw [List.forall_mem_cons, Block.insideConditions, holds_fails hbr hi, holds_inside hbr.length, and_comm]
      rfl
  rw [hn, hk] at h
  refine ⟨hr, hs, ?_, ?_⟩
  · have := h.2
    simp only [tailCheck, Bool.and_eq_true] at this
    exact Nat.le_of_ble_eq_true this.1.1
  · intro p hp h1
    have h0 : 0 ≤ failureRate.value := by
      apply Rat.not_lt.mp
      intro hlt
      have hd : (0 : Rat) < (failureRate.denominator : Rat) := natCast_pos (by have := hr.1; have := hr.2; omega)
      have := Rat.mul_lt_mul_of_pos_right hlt hd
      rw [value_mul hr, Rat.zero_mul] at this
      exact Rat.not_le.mpr this (Rat.le_of_lt (natCast_pos hr.1))
    exact Rat.le_trans (atMost_antitone _ _ h0 hp h1) (atMost_le hr hs h.2)

end Confidence

end PCM
